// The percentiles of each variant: who is better on most requests, and who on the slowest.
import {gridOf, latencyAxis, legend, line, tip, tooltip} from '../parts/axes.js';
import {font} from '../parts/theme.js';
import {duration} from '../parts/words.js';
import {estimate, titleOf} from './figures.js';

var names = ['p50', 'p95', 'p99', 'p99_9'];

function shown(data) {
  return data.experiment.variants.slice(0, 8);
}

export default {
  name: 'percentiles',
  title: 'Percentiles',
  height: 320,
  has: function (data) { return data.experiment.variants.length <= 8 && data.experiment.variants.some(function (variant) {
    return estimate(variant, 'p50')[0] !== null;
  }); },
  about: function () { return 'Latency of what users saw. Percentiles that a run is too short for, or that fall among requests that failed, are left out.'; },
  option: function (data, theme, size) {
    var all = shown(data), low = Infinity, high = 0;
    var series = all.map(function (variant, i) {
      var values = names.map(function (name) { return estimate(variant, name)[0]; }).map(function (value) {
        if (value > 0) { low = Math.min(low, value * 1e3); high = Math.max(high, value * 1e3); }
        return value === null ? null : value * 1e3;
      });
      return line(variant.name, values, theme.lines[i], {showSymbol: true});
    });
    return {
      grid: gridOf({live: false}, 36),
      legend: legend(theme, {data: all.map(function (variant) { return variant.name; })}),
      tooltip: tooltip(theme, function (points) {
        return tip(titleOf(names[points[0].dataIndex]), points.map(function (point) {
          return {name: point.seriesName, colour: point.color, value: duration(point.value)};
        }));
      }),
      xAxis: {type: 'category', data: names.map(titleOf), boundaryGap: true, axisTick: {show: false},
        axisLine: {lineStyle: {color: theme.axis}}, axisLabel: {color: theme.muted, fontFamily: font, fontSize: 12}},
      yAxis: latencyAxis(theme, low, high),
      series: series
    };
  }
};
