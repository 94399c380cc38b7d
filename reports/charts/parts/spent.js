// What the time of requests went into, as bars: each row's parts as shares, the mean of all of it
// beside.
import {barGrid, categoryAxis, legend, namesFor, shareAxis, tip, tooltip} from './axes.js';
import {font} from './theme.js';
import {duration, percent} from './words.js';

var parts = ['queueing', 'connection', 'lock', 'service', 'network', 'calling'];
var titles = {queueing: 'queueing', connection: 'connection', lock: 'lock', service: 'service', network: 'network',
  calling: 'calling others'};
var most = 16;

// A row: its name, its seconds by part, and how many requests they are of.
export function rowOf(name, spent, totals) {
  var sum = 0, ended = totals.offered - totals.in_flight;
  parts.forEach(function (part) { sum += spent[part] || 0; });
  return {name: name, spent: spent, sum: sum, mean_ms: ended > 0 ? sum * 1e3 / ended : 0};
}

// Those on which most time is spent, in the order in which they came.
export function largest(rows) {
  var some = rows.filter(function (row) { return row.sum > 0; });
  var least = some.map(function (row) { return row.sum; }).sort(function (a, b) { return b - a; })[most - 1] || 0;
  return some.filter(function (row) { return row.sum >= least; }).slice(0, most);
}

export function spentHeight(rows) {
  return 84 + 30 * rows.length;
}

export function spentBars(rows, theme, size) {
  var seen = parts.filter(function (part) { return rows.some(function (row) { return row.spent[part] > 0; }); });
  return {
    grid: barGrid(size, 130, 76, 36),
    legend: legend(theme, {data: seen.map(function (part) { return titles[part]; })}),
    tooltip: tooltip(theme, function (points) {
      var row = rows[points[0].dataIndex];
      return tip(row.name, points.filter(function (point) { return seen[point.seriesIndex]; }).map(function (point) {
        var share = (row.spent[seen[point.seriesIndex]] || 0) / row.sum;
        return {name: point.seriesName, colour: point.color, value: duration(row.mean_ms * share) + ' (' + percent(share) + ')'};
      }).concat([{name: 'mean', value: duration(row.mean_ms)}]));
    }, {axisPointer: {type: 'shadow', shadowStyle: {color: theme.warm_up}}}),
    xAxis: shareAxis(theme, size),
    yAxis: [categoryAxis(rows.map(function (row) { return row.name; }), theme, namesFor(size, 18)), {
      type: 'category', inverse: true, position: 'right', axisLine: {show: false}, axisTick: {show: false},
      data: rows.map(function (row, i) { return String(i); }),
      axisLabel: {color: theme.ink, fontFamily: font, fontSize: 12, interval: 0,
        formatter: function (i) { return duration(rows[Number(i)].mean_ms); }}
    }],
    series: seen.map(function (part) {
      return {type: 'bar', name: titles[part], stack: 'time', barWidth: 16, animation: false, emphasis: {disabled: true},
        itemStyle: {color: theme.spent[part]},
        data: rows.map(function (row) { return (row.spent[part] || 0) / row.sum; })};
    })
  };
}
