// Percentiles of what users saw, interval by interval, with the replicas that served them.
import {goalLines, goalsOf} from '../parts/goals.js';
import {duration, plain} from '../parts/words.js';
import {clock, extent, gridOf, latencyAxis, legend, line, marks, overTime, timeAxis, tip, tooltip, valueAxis, zoom}
  from '../parts/axes.js';

// Nodes whose number of replicas changed, or could have.
function replicas(drawn) {
  var found = [];
  Object.keys(drawn.nodes).forEach(function (name) {
    drawn.nodes[name].series.forEach(function (series) {
      if (series.name === 'replicas') found.push({name: name, values: series.values});
    });
  });
  return found.slice(0, 3);
}

export default {
  name: 'latency_over_time',
  title: 'Latency over time',
  height: 340,
  has: function (data) { return data.run.latency_ms.count > 0; },
  about: function (data) {
    return 'What users waited, each point over ' + duration(data.drawn.interval_s * 1e3) +
      (data.run.latency_ms.failed ? '; dashed where a percentile falls among requests that failed.'
        : '. A percentile is drawn where at least one request lies beyond it.');
  },
  option: function (data, theme, size) {
    var users = data.drawn.users, end = data.run.simulated_s, scaled = replicas(data.drawn);
    var percentiles = ['p50', 'p95', 'p99'];
    var range = extent(percentiles.map(function (name) { return users[name + '_ms']; }).concat(percentiles.map(function (name) {
      return users[name + '_failed_after_ms'];
    })));
    if (!(range.high > 0)) range = extent([users.max_ms]);
    var goals = goalsOf((data.run.expect || []).map(function (each) { return each.expr; }), percentiles.concat(['mean']));
    goals.forEach(function (goal) {
      range = {low: Math.min(range.low, goal.value * 1e3), high: Math.max(range.high, goal.value * 1e3)};
    });
    var happened = marks(data, theme, size);
    var series = percentiles.map(function (name, i) {
      return line(name, overTime(data.drawn, users[name + '_ms']), theme.percentiles[i]);
    }).concat([line('max', overTime(data.drawn, users.max_ms), theme.extreme,
      {lineStyle: {color: theme.extreme, width: 1, type: 'dotted'}})]);
    scaled.forEach(function (each, i) {
      series.push(line('replicas of ' + each.name, overTime(data.drawn, each.values), theme.lines[1 + i],
        {yAxisIndex: 1, step: 'middle', lineStyle: {color: theme.lines[1 + i], width: 1.5},
          areaStyle: scaled.length === 1 ? {color: theme.lines[1], opacity: 0.08} : undefined}));
    });
    var named = series.map(function (each) { return each.name; });
    percentiles.forEach(function (name, i) {
      var after = users[name + '_failed_after_ms'];
      if (after.every(function (value) { return value === null; })) return;
      series.push(line(name, overTime(data.drawn, after), theme.percentiles[i],
        {lineStyle: {color: theme.percentiles[i], width: 2.5, type: [6, 4]}}));
    });
    series.push(happened.series);
    if (goals.length) series.push(goalLines(goals, theme, 1e3, false));
    return {
      grid: gridOf(size, 30 + 15 * happened.rows, {right: scaled.length ? 50 : 20}),
      legend: legend(theme, {data: named,
        selected: {max: range.high === 0}}),
      tooltip: tooltip(theme, function (points) {
        return tip('at ' + clock(points[0].value[0], end), points.filter(function (point) {
          return point.value[1] !== null;
        }).map(function (point) {
          var counted = /^replicas/.test(point.seriesName), failed = point.seriesIndex >= named.length;
          return {name: point.seriesName, colour: point.color, value: counted ? plain(point.value[1])
            : (failed ? 'failed after ' : '') + duration(point.value[1])};
        }));
      }),
      dataZoom: zoom(theme, size, scaled.length ? 50 : 20),
      xAxis: timeAxis(end, theme, size),
      yAxis: [latencyAxis(theme, range.low, range.high)].concat(scaled.length ? [
        valueAxis(theme, plain, {min: 0, minInterval: 1, splitLine: {show: false}, name: 'replicas'})] : []),
      series: series
    };
  }
};
