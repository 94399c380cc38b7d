// When requests took how long: the darker, the more of them.
import {duration, grouped} from '../parts/words.js';
import {font} from '../parts/theme.js';
import {clock, gridOf, timeStep, tip, tooltip} from '../parts/axes.js';

// A row is labelled where a round latency lies in it.
function readable(bounds) {
  var decades = Math.log(bounds[bounds.length - 1] / Math.max(bounds[0], bounds[1] / 2)) / Math.LN10;
  var digits = decades > 3.5 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 3, 5, 7];
  return bounds.slice(0, -1).map(function (low, i) {
    var label = '', power, k;
    for (power = 1e-6; power < 1e9 && !label; power *= 10) {
      for (k = 0; k < digits.length; k += 1) {
        if (digits[k] * power >= low * 0.999999 && digits[k] * power < bounds[i + 1] * 0.999999) label = duration(digits[k] * power);
      }
    }
    return label;
  });
}

var box = {left: 64, top: 12};

function hex(theme, share) {
  var at = share * (theme.heat.length - 1), low = Math.min(Math.floor(at), theme.heat.length - 2);
  var from = parseInt(theme.heat[low].slice(1), 16), to = parseInt(theme.heat[low + 1].slice(1), 16), colour = 0;
  [16, 8, 0].forEach(function (shift) {
    var first = from >> shift & 255, last = to >> shift & 255;
    colour += Math.round(first + (last - first) * (at - low)) << shift;
  });
  return '#' + ('00000' + colour.toString(16)).slice(-6);
}

function rounded(value) {
  return Math.round(value * 100) / 100;
}

export default {
  name: 'heat_map',
  title: 'Every request, by time and latency',
  height: 320,
  has: function (data) { return data.drawn.heat.cells.length > 0; },
  about: function () {
    return 'How many requests ended with which latency, and when. Two bands are two populations, which no percentile shows.';
  },
  // In a picture nobody points at a cell, so that all of one colour are one path: four thousand
  // things of their own take Duktape three seconds.
  cells: function (data, theme, size) {
    var heat = data.drawn.heat, shades = 24, paths = [], most = 0, i;
    var columns = Math.max(1, Math.ceil(data.run.simulated_s / heat.column_s - 1e-9)), rows = heat.rows_ms.length - 1;
    for (i = 0; i < heat.cells.length; i += 3) {
      columns = Math.max(columns, heat.cells[i] + 1);
      most = Math.max(most, heat.cells[i + 2]);
    }
    var grid = gridOf(size, box.top, {left: box.left});
    var wide = (size.width - grid.left - grid.right) / columns, high = (size.height - grid.top - grid.bottom) / rows;
    for (i = 0; i < heat.cells.length; i += 3) {
      var shade = Math.round(Math.log(heat.cells[i + 2] + 1) / Math.log(most + 1) * (shades - 1));
      paths[shade] = (paths[shade] || '') + 'M' + rounded(grid.left + heat.cells[i] * wide) + ' ' +
        rounded(grid.top + (rows - 1 - heat.cells[i + 1]) * high) + 'h' + rounded(wide) + 'v' + rounded(high) + 'h-' + rounded(wide) + 'z';
    }
    return '<g shape-rendering="crispEdges">' + paths.map(function (path, shade) {
      return '<path d="' + path + '" fill="' + hex(theme, shade / (shades - 1)) + '"/>';
    }).join('') + '</g>';
  },
  option: function (data, theme, size) {
    var heat = data.drawn.heat, end = data.run.simulated_s, cells = [], columns = 0, most = 0, i;
    for (i = 0; i < heat.cells.length; i += 3) {
      cells.push([heat.cells[i], heat.cells[i + 1], Math.log(heat.cells[i + 2] + 1), heat.cells[i + 2]]);
      columns = Math.max(columns, heat.cells[i] + 1);
      most = Math.max(most, heat.cells[i + 2]);
    }
    var times = [], rows = readable(heat.rows_ms);
    columns = Math.max(columns, Math.ceil(end / heat.column_s - 1e-9));
    for (i = 0; i < columns; i += 1) times.push(clock(i * heat.column_s, end));
    var step = timeStep(end, size);
    var label = {color: theme.muted, fontFamily: font, fontSize: 11};
    return {
      grid: gridOf({live: false}, box.top, {left: box.left}),
      tooltip: tooltip(theme, function (point) {
        return tip('at ' + times[point.value[0]], [{colour: point.color,
          name: duration(heat.rows_ms[point.value[1]]) + ' to ' + duration(heat.rows_ms[point.value[1] + 1]),
          value: grouped(point.value[3]) + ' requests'}]);
      }, {trigger: 'item'}),
      visualMap: {show: false, min: 0, max: Math.log(most + 1), dimension: 2, inRange: {color: theme.heat}},
      xAxis: {type: 'category', data: times, axisTick: {show: false}, axisLine: {lineStyle: {color: theme.axis}},
        axisLabel: {color: label.color, fontFamily: font, fontSize: 11, 
          formatter: function (time, column) { return clock(Math.floor(column * heat.column_s / step + 1e-9) * step, end); },
          interval: function (column) { return Math.floor(column * heat.column_s / step + 1e-9) !==
            Math.floor((column - 1) * heat.column_s / step + 1e-9); }}},
      yAxis: {type: 'category', data: rows, axisTick: {show: false}, axisLine: {show: false},
        axisLabel: {color: label.color, fontFamily: font, fontSize: 11, 
          interval: function (row) { return rows[row] !== ''; }}},
      series: [{type: 'heatmap', data: size.live ? cells : [], animation: false, progressive: 0, itemStyle: {borderWidth: 0},
        emphasis: {itemStyle: {borderColor: theme.ink, borderWidth: 1}}}]
    };
  }
};
