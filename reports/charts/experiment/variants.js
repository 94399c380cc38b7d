// The metric of each variant, with its interval.
import {barGrid, categoryAxis, namesFor, tip, tooltip, valueAxis} from '../parts/axes.js';
import {goalLines, goalsOf} from '../parts/goals.js';
import {axesOf, decadesOf, estimate, exprsOf, failedOf, formatIn, metricOf, titleOf, whiskers} from './figures.js';

function shown(data) {
  return data.experiment.variants.slice(0, 40);
}

export default {
  name: 'variants',
  title: 'Side by side',
  height: function (data) { return 76 + 30 * shown(data).length; },
  has: function (data) {
    var axes = axesOf(data.experiment);
    return data.compare !== undefined || axes.length === 1 && !axes[0].places || axes.length > 2;
  },
  about: function (data) {
    return titleOf(metricOf(data.experiment)) + ' of each variant' +
      (data.experiment.replications > 1 ? ': the mean of ' + data.experiment.replications +
        ' replications, and where it lies with 95 % confidence.' : ', of one run: nothing is known of how sure it is.');
  },
  option: function (data, theme, size) {
    var experiment = data.experiment, metric = metricOf(experiment), all = shown(data), format = formatIn(experiment, metric);
    var points = all.map(function (variant, i) { return [i].concat(estimate(variant, metric)); });
    // Where one is many times another, bars from zero show only the worst: points on decades then.
    var values = points.map(function (point) { return point[1]; }).filter(function (value) { return value !== null; });
    var goals = goalsOf(exprsOf(experiment), [metric]);
    values = values.concat(goals.map(function (goal) { return goal.value; }));
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values), wide = low > 0 && high / low > 30;
    function coloured(i) {
      return {borderRadius: 3, opacity: 0.85, color: all[i].name === experiment.baseline ? theme.extreme : theme.lines[0]};
    }
    return {
      grid: barGrid(size, 190, 30, goals.length ? 24 : 8),
      tooltip: tooltip(theme, function (over) {
        var variant = all[over[0].dataIndex], each = estimate(variant, metric);
        return tip(variant.name, [{name: titleOf(metric), value: failedOf(variant, metric) || format(each[0])},
          {name: '95 %', value: format(each[1]) + ' to ' + format(each[2])}]);
      }, {axisPointer: {type: 'shadow', shadowStyle: {color: theme.warm_up}}}),
      xAxis: valueAxis(theme, format, wide ? decadesOf(low, high) : {min: 0, splitNumber: size.width < 520 ? 3 : 6}),
      yAxis: categoryAxis(all.map(function (variant) {
        return variant.name + (failedOf(variant, metric) ? ': failed' : '');
      }), theme, namesFor(size, 28)),
      series: [wide ? {type: 'scatter', name: metric, symbolSize: 12, animation: false, emphasis: {disabled: true},
        data: points.map(function (point, i) { return {value: [point[1], i], itemStyle: coloured(i)}; })} :
        {type: 'bar', name: metric, barWidth: 16, animation: false, emphasis: {disabled: true},
          data: points.map(function (point, i) { return {value: point[1], itemStyle: coloured(i)}; })},
      whiskers(points, theme.ink, true)].concat(goals.length ? [goalLines(goals, theme, 1, true)] : [])
    };
  }
};
