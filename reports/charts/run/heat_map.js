// When requests took how long: the darker, the more of them.
import {duration, grouped} from '../parts/words.js';
import {font} from '../parts/theme.js';
import {clock, gridOf, tip, tooltip} from '../parts/axes.js';

export default {
  name: 'heat_map',
  title: 'Every request, by time and latency',
  height: 320,
  has: function (data) { return data.drawn.heat.cells.length > 0; },
  about: function () {
    return 'How many requests ended with which latency, and when. Two bands are two populations, which no percentile shows.';
  },
  option: function (data, theme, size) {
    var heat = data.drawn.heat, end = data.run.simulated_s, cells = [], columns = 0, most = 0, i;
    for (i = 0; i < heat.cells.length; i += 3) {
      cells.push([heat.cells[i], heat.cells[i + 1], Math.log(heat.cells[i + 2] + 1), heat.cells[i + 2]]);
      columns = Math.max(columns, heat.cells[i] + 1);
      most = Math.max(most, heat.cells[i + 2]);
    }
    var times = [], rows = heat.rows_ms.slice(0, -1).map(function (ms) { return duration(ms); });
    columns = Math.max(columns, Math.ceil(end / heat.column_s - 1e-9));
    for (i = 0; i < columns; i += 1) times.push(clock(i * heat.column_s, end));
    var every = Math.max(1, Math.ceil(columns / Math.max(3, Math.floor(size.width / 95))));
    var rowsEvery = Math.max(1, Math.ceil(rows.length / 10));
    var label = {color: theme.muted, fontFamily: font, fontSize: 11};
    return {
      grid: gridOf({live: false}, 12, {left: 64}),
      tooltip: tooltip(theme, function (point) {
        return tip('at ' + times[point.value[0]], [{colour: point.color,
          name: duration(heat.rows_ms[point.value[1]]) + ' to ' + duration(heat.rows_ms[point.value[1] + 1]),
          value: grouped(point.value[3]) + ' requests'}]);
      }, {trigger: 'item'}),
      visualMap: {show: false, min: 0, max: Math.log(most + 1), dimension: 2, inRange: {color: theme.heat}},
      xAxis: {type: 'category', data: times, axisTick: {show: false}, axisLine: {lineStyle: {color: theme.axis}},
        axisLabel: {color: label.color, fontFamily: font, fontSize: 11, interval: every - 1}},
      yAxis: {type: 'category', data: rows, axisTick: {show: false}, axisLine: {show: false},
        axisLabel: {color: label.color, fontFamily: font, fontSize: 11, interval: rowsEvery - 1}},
      series: [{type: 'heatmap', data: cells, animation: false, progressive: 0, itemStyle: {borderWidth: 0},
        emphasis: {itemStyle: {borderColor: theme.ink, borderWidth: 1}}}]
    };
  }
};
