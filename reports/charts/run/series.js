// Whatever else a node draws over time: open breakers, limits, who serves, how busy it is.
import {percent, plain, words} from '../parts/words.js';
import {clock, gridOf, legend, line, marks, overTime, timeAxis, tip, tooltip, valueAxis, zoom} from '../parts/axes.js';

// Shares have an axis of their own; replicas are drawn with the latency.
function chosen(data) {
  var all = [];
  Object.keys(data.drawn.nodes).forEach(function (name) {
    data.drawn.nodes[name].series.forEach(function (series) {
      if (series.name === 'replicas') return;
      all.push({name: name + ' ' + words(series.name), unit: series.unit, values: series.values});
    });
  });
  // What an operator asks for first.
  function first(each) { return / (hit ratio|calls for each request)$/.test(each.name) ? 0 : 1; }
  return all.map(function (each, i) { return {each: each, i: i}; }).sort(function (a, b) {
    return first(a.each) - first(b.each) || a.i - b.i;
  }).slice(0, 8).map(function (one) { return one.each; });
}

export default {
  name: 'series',
  title: 'Control over time',
  height: 280,
  has: function (data) { return chosen(data).length > 0; },
  about: function () { return 'What retries, caches, autoscalers, breakers, limits and pools did, interval by interval; shares are on the right.'; },
  option: function (data, theme, size) {
    var all = chosen(data), end = data.run.simulated_s, happened = marks(data, theme, size);
    var shares = all.some(function (each) { return each.unit === '1'; });
    var series = all.map(function (each, i) {
      return line(each.name, overTime(data.drawn, each.values), theme.lines[i], {yAxisIndex: each.unit === '1' ? 1 : 0,
        step: each.unit === '1' ? undefined : 'middle', lineStyle: {color: theme.lines[i], width: 1.6}});
    });
    series.push(happened.series);
    return {
      grid: gridOf(size, 30 + 15 * happened.rows, {right: shares ? 56 : 20}),
      legend: legend(theme, {data: all.map(function (each) { return each.name; })}),
      tooltip: tooltip(theme, function (points) {
        return tip('at ' + clock(points[0].value[0], end), points.map(function (point) {
          var is_share = (all[point.seriesIndex] || {}).unit === '1';
          return {name: point.seriesName, colour: point.color, value: is_share ? percent(point.value[1]) : plain(point.value[1])};
        }));
      }),
      dataZoom: zoom(theme, size, shares ? 56 : 20),
      xAxis: timeAxis(end, theme, size),
      yAxis: [valueAxis(theme, plain, {min: 0}),
        valueAxis(theme, function (value) { return Math.round(value * 100) + ' %'; }, {show: shares, min: 0, splitLine: {show: false}})],
      series: series
    };
  }
};
