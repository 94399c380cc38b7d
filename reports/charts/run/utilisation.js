// How much of what can run out is in use; from 90 % on it is what others wait for.
import {duration, percent, words} from '../parts/words.js';
import {font} from '../parts/theme.js';
import {barGrid, categoryAxis, namesFor, shareAxis, tip, tooltip} from '../parts/axes.js';

function resources(data) {
  return data.drawn.limits.resources.slice(0, 16);
}

function title(each) {
  return each.node + ' ' + words(each.what);
}

export default {
  name: 'utilisation',
  title: 'What is in use',
  height: function (data) { return 56 + 28 * resources(data).length; },
  has: function (data) { return resources(data).length > 0; },
  about: function (data) {
    var rest = data.drawn.limits.resources.length - resources(data).length;
    return 'The fullest first' + (rest > 0 ? '; ' + rest + ' more are less in use' : '') +
      '. From 90 % on, others wait for it.';
  },
  option: function (data, theme, size) {
    var all = resources(data);
    return {
      grid: barGrid(size, 170, 28, 8),
      tooltip: tooltip(theme, function (points) {
        var each = all[points[0].dataIndex];
        return tip(title(each), [{name: 'in use', value: percent(each.in_use)},
          {name: 'carries', value: (1 / each.in_use).toPrecision(3) + ' times today’s load'},
          {name: 'a request waits at ' + each.node, value: duration(each.waiting_ms)}]);
      }, {axisPointer: {type: 'shadow', shadowStyle: {color: theme.warm_up}}}),
      xAxis: shareAxis(theme, size),
      yAxis: categoryAxis(all.map(title), theme, namesFor(size, 25)),
      series: [{
        type: 'bar', name: 'in use', barWidth: 16, animation: false, emphasis: {disabled: true},
        showBackground: true, backgroundStyle: {color: theme.track, borderRadius: 3},
        label: {show: true, position: 'right', color: theme.ink, fontFamily: font, fontSize: 12,
          formatter: function (point) { return Math.round(point.value * 100) + ' %'; }},
        data: all.map(function (each) {
          return {value: Math.min(1, each.in_use), label: each.in_use > 0.85 ? {position: 'insideRight', color: theme.page} : undefined,
            itemStyle: {borderRadius: 3,
            color: each.in_use >= 0.9 ? theme.failed : each.in_use >= 0.7 ? theme.rejected : theme.lines[0]}};
        }),
        markLine: {silent: true, animation: false, symbol: ['none', 'none'], label: {show: false},
          lineStyle: {color: theme.events.failure, type: [3, 3]}, data: [{xAxis: 0.9}]}
      }]
    };
  }
};
