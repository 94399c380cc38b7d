// What the time of a request went into at each node, as shares; the mean of all of it beside.
import {duration, percent} from '../parts/words.js';
import {font} from '../parts/theme.js';
import {barGrid, categoryAxis, legend, namesFor, shareAxis, tip, tooltip} from '../parts/axes.js';

var parts = ['queueing', 'connection', 'service', 'network', 'calling'];
var titles = {queueing: 'queueing', connection: 'connection', service: 'service', network: 'network',
  calling: 'calling others'};

// The nodes at which most time is spent, in the scenario's order.
function spenders(data) {
  var nodes = data.run.nodes;
  var all = Object.keys(nodes).map(function (name) {
    var spent = nodes[name].spent_s, totals = nodes[name].totals, sum = 0;
    parts.forEach(function (part) { sum += spent[part] || 0; });
    var ended = totals.offered - totals.in_flight;
    return {name: name, spent: spent, sum: sum, mean_ms: ended > 0 ? sum * 1e3 / ended : 0};
  }).filter(function (node) { return node.sum > 0; });
  var servers = all.filter(function (node) { return !data.clients[node.name]; });
  if (servers.length) all = servers;
  var least = all.map(function (node) { return node.sum; }).sort(function (a, b) { return b - a; })[15] || 0;
  return all.filter(function (node) { return node.sum >= least; }).slice(0, 16);
}

export default {
  name: 'time_spent',
  title: 'Where the time went',
  height: function (data) { return 84 + 30 * spenders(data).length; },
  has: function (data) { return spenders(data).length > 0; },
  about: function () { return 'Of the time of a request at each node: in line, waiting for a connection, at work, or for others. The figure on the right is its mean, all parts together.'; },
  option: function (data, theme, size) {
    var nodes = spenders(data);
    var seen = parts.filter(function (part) { return nodes.some(function (node) { return node.spent[part] > 0; }); });
    return {
      grid: barGrid(size, 130, 76, 36),
      legend: legend(theme, {data: seen.map(function (part) { return titles[part]; })}),
      tooltip: tooltip(theme, function (points) {
        var node = nodes[points[0].dataIndex];
        return tip(node.name, points.filter(function (point) { return seen[point.seriesIndex]; }).map(function (point) {
          var share = node.spent[seen[point.seriesIndex]] / node.sum;
          return {name: point.seriesName, colour: point.color, value: duration(node.mean_ms * share) + ' (' + percent(share) + ')'};
        }).concat([{name: 'mean', value: duration(node.mean_ms)}]));
      }, {axisPointer: {type: 'shadow', shadowStyle: {color: theme.warm_up}}}),
      xAxis: shareAxis(theme, size),
      yAxis: [categoryAxis(nodes.map(function (node) { return node.name; }), theme, namesFor(size, 18)), {
        type: 'category', inverse: true, position: 'right', axisLine: {show: false}, axisTick: {show: false},
        data: nodes.map(function (node, i) { return String(i); }),
        axisLabel: {color: theme.ink, fontFamily: font, fontSize: 12, interval: 0,
          formatter: function (i) { return duration(nodes[Number(i)].mean_ms); }}
      }],
      series: seen.map(function (part) {
        return {type: 'bar', name: titles[part], stack: 'time', barWidth: 16, animation: false, emphasis: {disabled: true},
          itemStyle: {color: theme.spent[part]},
          data: nodes.map(function (node) { return node.spent[part] / node.sum; })};
      })
    };
  }
};
