// The whole distribution on HdrHistogram's axis: each further nine is as wide as the one before.
import {duration, percentile, grouped} from '../parts/words.js';
import {font} from '../parts/theme.js';
import {gridOf, latencyAxis, legend, line, tip, tooltip, valueAxis} from '../parts/axes.js';

function nines(percent) {
  return Math.log(100 / (100 - percent)) / Math.LN10;
}

function percentAt(value) {
  return 100 - 100 / Math.pow(10, value);
}

// Where fewer than ten observations lie beyond, it is chance that speaks: drawn thin and dotted.
function parts(curve) {
  var sure = [], unsure = [];
  curve.points.forEach(function (point) {
    var at = [nines(point[0]), point[1]];
    if (curve.count * (100 - point[0]) / 100 >= 10) sure.push(at); else unsure.push(at);
  });
  if (sure.length) unsure.unshift(sure[sure.length - 1]);
  return {sure: sure, unsure: unsure};
}

// "p(99) < 250ms" is a point that the curve has to stay below.
function bounds(run) {
  var units = {ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, min: 60e3, h: 3600e3};
  return (run.expect || []).map(function (each) {
    var found = /^\s*p\((\d+(?:\.\d+)?)\)\s*<=?\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|min|h)\s*$/.exec(each.expr);
    return found && {percent: Number(found[1]), ms: Number(found[2]) * units[found[3]], held: each.held, expr: each.expr};
  }).filter(Boolean);
}

export default {
  name: 'percentile_curve',
  title: 'Latency by percentile',
  height: 320,
  has: function (data) { return data.run.latency_ms.count > 0; },
  about: function (data) {
    return 'Of ' + grouped(data.run.latency_ms.count) +
      ' requests. Dotted where fewer than ten lie beyond: there it is chance that speaks.' +
      (data.run.latency_ms.failed ? ' A curve ends where requests failed, which took longer than any time.' : '');
  },
  option: function (data, theme, size) {
    var curves = data.drawn.curves, series = [], low = Infinity, high = 0, right = 1;
    curves.forEach(function (curve, i) {
      var colour = i === 0 ? theme.ink : theme.lines[(i - 1) % theme.lines.length], both = parts(curve);
      curve.points.forEach(function (point) {
        if (point[1] > 0) { low = Math.min(low, point[1]); high = Math.max(high, point[1]); }
        right = Math.max(right, nines(point[0]));
      });
      series.push(line(curve.name, both.sure, colour, {lineStyle: {color: colour, width: i === 0 ? 2.5 : 1.5}}));
      series.push(line(curve.name, both.unsure, colour, {lineStyle: {color: colour, width: 1.2, type: 'dotted'}}));
    });
    series.push({type: 'scatter', name: 'expected', symbol: 'triangle', symbolSize: 12, symbolRotate: 180, animation: false,
      label: {show: true, position: 'right', color: theme.muted, fontFamily: font, fontSize: 11,
        formatter: function (point) { return point.value[2]; }},
      data: bounds(data.run).map(function (each) {
        high = Math.max(high, each.ms);
        return {value: [nines(each.percent), each.ms, each.expr],
          itemStyle: {color: each.held ? theme.succeeded : theme.failed}};
      })});
    return {
      grid: gridOf({live: false}, curves.length > 1 ? 36 : 14),
      legend: legend(theme, {show: curves.length > 1, data: curves.map(function (each) { return each.name; })}),
      tooltip: tooltip(theme, function (points) {
        var seen = {};
        return tip(percentile(Number(percentAt(points[0].value[0]).toPrecision(5))), points.filter(function (point) {
          var again = seen[point.seriesName];
          seen[point.seriesName] = true;
          return !again;
        }).map(function (point) {
          return {name: point.value[2] || point.seriesName, colour: point.color, value: duration(point.value[1])};
        }));
      }),
      xAxis: valueAxis(theme, function (value) { return Number(percentAt(value).toFixed(6)) + ' %'; },
        {min: 0, max: Math.ceil(right * 4) / 4, interval: 1, splitLine: {show: true, lineStyle: {color: theme.line}}}),
      yAxis: latencyAxis(theme, low, high),
      series: series
    };
  }
};
