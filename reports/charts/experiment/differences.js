// How much each variant differs from the baseline, replication by replication.
import {barGrid, categoryAxis, namesFor, tip, tooltip, valueAxis} from '../parts/axes.js';
import {formatIn, metricOf, titleOf, whiskers} from './figures.js';

function others(data) {
  var metric = metricOf(data.experiment);
  return data.experiment.variants.filter(function (variant) {
    var figure = variant.figures[metric];
    return variant.name !== data.experiment.baseline && figure && figure.difference && figure.difference.value !== null;
  }).slice(0, 40);
}

function difference(variant, metric) {
  var each = variant.figures[metric].difference;
  return [each.value, each.ci95 ? each.ci95[0] : null, each.ci95 ? each.ci95[1] : null];
}

export default {
  name: 'differences',
  title: 'Against the baseline',
  height: function (data) { return 60 + 30 * others(data).length; },
  has: function (data) { return data.compare !== undefined && others(data).length > 0; },
  about: function (data) {
    return titleOf(metricOf(data.experiment)) + ' less that of ' + data.experiment.baseline +
      ', of the same requests. Where the interval covers zero, no difference is shown.';
  },
  option: function (data, theme, size) {
    var metric = metricOf(data.experiment), all = others(data), plainly = formatIn(data.experiment, metric);
    function format(value) { return value < 0 ? '−' + plainly(-value) : plainly(value); }
    var points = all.map(function (variant, i) { return [i].concat(difference(variant, metric)); });
    return {
      grid: barGrid(size, 190, 40, 8),
      tooltip: tooltip(theme, function (over) {
        var variant = all[over[0].dataIndex], each = difference(variant, metric);
        return tip(variant.name, [{name: 'difference', value: format(each[0])}].concat(each[1] === null ? [] :
          [{name: '95 %', value: format(each[1]) + ' to ' + format(each[2])}], [{name: variant.figures[metric].finding, value: ''}]));
      }, {axisPointer: {type: 'shadow', shadowStyle: {color: theme.warm_up}}}),
      xAxis: valueAxis(theme, format, {splitNumber: size.width < 520 ? 3 : 6}),
      yAxis: categoryAxis(all.map(function (variant) { return variant.name; }), theme, namesFor(size, 28)),
      series: [{type: 'scatter', name: metric, symbolSize: 11, animation: false,
        data: points.map(function (point) {
          var sure = point[2] !== null && point[2] * point[3] > 0;
          return {value: [point[1], point[0]], itemStyle: {color: sure ? theme.lines[0] : theme.extreme}};
        }),
        markLine: {silent: true, animation: false, symbol: ['none', 'none'], label: {show: false},
          lineStyle: {color: theme.ink, type: 'solid', width: 1}, data: [{xAxis: 0}]}},
      whiskers(points, theme.ink, true)]
    };
  }
};
