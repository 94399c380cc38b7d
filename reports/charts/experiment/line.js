// The metric along an axis of numbers, a line for each value of the other axis.
import {gridOf, legend, line as drawnLine, tip, tooltip, valueAxis} from '../parts/axes.js';
import {goalLines, goalsOf} from '../parts/goals.js';
import {plain} from '../parts/words.js';
import {axesOf, decadesOf, estimate, exprsOf, formatIn, metricOf, placeOf, titleOf, whiskers} from './figures.js';

// The axis with most values of those that are numbers.
function along(axes) {
  return axes.filter(function (axis) { return axis.places && axis.values.length > 1; })
    .sort(function (a, b) { return b.values.length - a.values.length; })[0];
}

function groups(data, axis) {
  var names = [], byName = Object.create(null);
  data.experiment.variants.forEach(function (variant) {
    var name = Object.keys(variant.settings).filter(function (path) { return path !== axis.path; })
      .map(function (path) { return path.replace(/^.*\./, '') + ' ' + variant.settings[path]; }).join(', ');
    if (!byName[name]) { byName[name] = []; names.push(name); }
    byName[name].push(variant);
  });
  return names.map(function (name) {
    return {name: name, variants: byName[name].sort(function (a, b) { return placeOf(axis, a) - placeOf(axis, b); })};
  });
}

export default {
  name: 'line',
  title: 'Along the axis',
  height: 340,
  has: function (data) {
    if (data.sweep === undefined) return false;
    var axis = along(axesOf(data.experiment));
    return axis !== undefined && axis.values.length > 2 && groups(data, axis).length <= 8;
  },
  about: function (data) {
    return titleOf(metricOf(data.experiment)) + ' over ' + along(axesOf(data.experiment)).title + ', with 95 % intervals.';
  },
  option: function (data, theme, size) {
    var axis = along(axesOf(data.experiment)), all = groups(data, axis), metric = metricOf(data.experiment);
    var format = formatIn(data.experiment, metric), series = [], positive = [], low = Infinity, high = 0;
    all.forEach(function (group, i) {
      group.seen = group.variants.some(function (variant) { return estimate(variant, metric)[0] !== null; });
      var points = group.variants.map(function (variant) { return [placeOf(axis, variant)].concat(estimate(variant, metric)); });
      points.forEach(function (point) {
        if (point[1] > 0) { low = Math.min(low, point[1]); high = Math.max(high, point[1]); positive.push(point[1]); }
      });
      series.push(drawnLine(group.name || titleOf(metric), points.map(function (point) { return [point[0], point[1]]; }),
        theme.lines[i], {showSymbol: true}));
      series.push(whiskers(points, theme.lines[i], false));
    });
    var goals = goalsOf(exprsOf(data.experiment), [metric]);
    goals.forEach(function (goal) { low = Math.min(low, goal.value); high = Math.max(high, goal.value); });
    if (goals.length) series.push(goalLines(goals, theme, 1, false));
    var wide = high / low > 30 && low > 0, places = axis.places.slice().sort(function (a, b) { return a - b; });
    var decades = places[0] > 0 && places[places.length - 1] / places[0] > 100;
    return {
      grid: gridOf({live: false}, all.length > 1 ? 40 : 16, {bottom: 46}),
      legend: legend(theme, {show: all.length > 1, data: all.filter(function (group) { return group.seen; })
        .map(function (group) { return group.name; })}),
      tooltip: tooltip(theme, function (points) {
        return tip(axis.title + ' ' + plain(points[0].value[0]) + axis.unit, points.filter(function (point) {
          return point.seriesType === 'line';
        }).map(function (point) { return {name: point.seriesName, colour: point.color, value: format(point.value[1])}; }));
      }),
      xAxis: valueAxis(theme, function (value) { return plain(value) + axis.unit; }, {
        type: decades ? 'log' : 'value', min: places[0], max: places[places.length - 1], name: axis.title,
        nameLocation: 'middle', nameGap: 28, splitLine: {show: false}, axisLine: {show: true, lineStyle: {color: theme.axis}}}),
      yAxis: valueAxis(theme, format, wide ? decadesOf(low, high) : {min: metric === 'availability' ? undefined : 0,
        scale: metric === 'availability'}),
      series: series
    };
  }
};
