// Cost against the metric. Who is beaten by nobody on both is on the line.
import {gridOf, tip, tooltip, valueAxis} from '../parts/axes.js';
import {font} from '../parts/theme.js';
import {money, shortened} from '../parts/words.js';
import {estimate, formatIn, metricOf, titleOf} from './figures.js';

function points(data) {
  var metric = metricOf(data.experiment);
  return data.experiment.variants.map(function (variant) {
    return {name: variant.name, cost: estimate(variant, 'cost_per_month')[0], value: estimate(variant, metric)[0]};
  }).filter(function (point) { return point.cost > 0 && point.value !== null; });
}

// More is better of these, less of all others.
function better(metric, a, b) {
  return metric === 'availability' || metric === 'throughput' ? a > b : a < b;
}

function front(metric, all) {
  return all.filter(function (point) {
    return !all.some(function (other) {
      return other.cost <= point.cost && !better(metric, point.value, other.value) &&
        (other.cost < point.cost || better(metric, other.value, point.value));
    });
  }).sort(function (a, b) { return a.cost - b.cost; });
}

export default {
  name: 'pareto',
  title: 'What it costs',
  height: 340,
  has: function (data) {
    var all = points(data), metric = metricOf(data.experiment);
    return metric !== 'cost' && metric !== 'cost_per_month' && all.length > 2 &&
      all.some(function (point) { return Math.abs(point.cost - all[0].cost) > 1e-6 * all[0].cost; });
  },
  about: function (data) {
    return titleOf(metricOf(data.experiment)) + ' against cost a month. The line is the Pareto front: nothing is better in both.';
  },
  option: function (data, theme, size) {
    var all = points(data), metric = metricOf(data.experiment), format = formatIn(data.experiment, metric), best = front(metric, all);
    return {
      grid: gridOf({live: false}, 20, {bottom: 46, right: 40}),
      tooltip: tooltip(theme, function (point) {
        var each = (point.seriesIndex === 0 ? best : all)[point.dataIndex];
        return tip(each.name, [{name: titleOf(metric), value: format(each.value)}, {name: 'a month', value: money(each.cost)}]);
      }, {trigger: 'item'}),
      xAxis: valueAxis(theme, money, {scale: true, name: 'cost a month', nameLocation: 'middle', nameGap: 28,
        axisLine: {show: true, lineStyle: {color: theme.axis}}, splitLine: {show: false}}),
      yAxis: valueAxis(theme, format, {scale: true}),
      series: [{type: 'line', name: 'best', animation: false, step: 'end', symbolSize: 10, symbol: 'circle',
        lineStyle: {color: theme.succeeded, width: 1.5}, itemStyle: {color: theme.succeeded},
        data: best.map(function (each) { return [each.cost, each.value]; }),
        label: {show: best.length <= 10, position: 'top', color: theme.muted, fontFamily: font, fontSize: 11,
          formatter: function (point) { return shortened(best[point.dataIndex].name, 26); }}},
      {type: 'scatter', name: 'all', animation: false, symbolSize: 8, itemStyle: {color: theme.lines[0], opacity: 0.55},
        data: all.map(function (each) { return [each.cost, each.value]; })}]
    };
  }
};
