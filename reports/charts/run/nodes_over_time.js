// How long requests took at each node, over time: where it began.
import {duration} from '../parts/words.js';
import {clock, extent, gridOf, latencyAxis, legend, line, marks, overTime, timeAxis, tip, tooltip, widths, zoom}
  from '../parts/axes.js';
import {coloursOf} from '../parts/services.js';

// Those with the most time of requests in them, but for the users themselves.
function slowest(data) {
  var nodes = data.run.nodes, drawn = data.drawn.nodes;
  return Object.keys(nodes).filter(function (name) {
    return drawn[name] && drawn[name].mean_ms.some(function (value) { return value > 0; });
  }).sort(function (a, b) {
    function weight(name) { return nodes[name].latency_ms.mean * nodes[name].latency_ms.count; }
    return weight(b) - weight(a);
  }).filter(function (name) { return !data.clients[name]; }).slice(0, 8);
}

export default {
  name: 'nodes_over_time',
  title: 'Latency at each node',
  height: 300,
  has: function (data) { return slowest(data).length > 0; },
  about: function (data) {
    var all = Object.keys(data.run.nodes).length;
    return 'The mean of each interval, calls to others included' + (all > 9 ? '; the eight nodes with most time in them.' : '.');
  },
  option: function (data, theme, size) {
    var names = slowest(data), end = data.run.simulated_s;
    var lists = names.map(function (name) { return data.drawn.nodes[name].mean_ms; });
    var range = extent(lists), colours = coloursOf(names, data, theme), broad = widths(lists);
    var happened = marks(data, theme, size);
    var series = names.map(function (name, i) {
      return line(name, overTime(data.drawn, lists[i]), colours[i], {lineStyle: {color: colours[i], width: broad[i]}});
    });
    series.push(happened.series);
    return {
      grid: gridOf(size, 30 + 15 * happened.rows),
      legend: legend(theme, {data: names}),
      tooltip: tooltip(theme, function (points) {
        return tip('at ' + clock(points[0].value[0], end), points.map(function (point) {
          return {name: point.seriesName, colour: point.color, value: duration(point.value[1])};
        }));
      }),
      dataZoom: zoom(theme, size),
      xAxis: timeAxis(end, theme, size),
      yAxis: latencyAxis(theme, range.low, range.high),
      series: series
    };
  }
};
