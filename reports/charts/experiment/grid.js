// The metric over two axes.
import {font} from '../parts/theme.js';
import {shortened} from '../parts/words.js';
import {tip, tooltip} from '../parts/axes.js';
import {axesOf, estimate, formatIn, metricOf, titleOf} from './figures.js';

export default {
  name: 'grid',
  title: 'The grid',
  height: function (data) { return 90 + 34 * axesOf(data.experiment)[0].values.length; },
  has: function (data) {
    var axes = axesOf(data.experiment);
    return axes.length === 2 && axes[0].values.length > 1 && axes[1].values.length > 1;
  },
  about: function (data) {
    var axes = axesOf(data.experiment);
    return titleOf(metricOf(data.experiment)) + ' over ' + axes[0].title + ' and ' + axes[1].title + '.';
  },
  option: function (data, theme, size) {
    var axes = axesOf(data.experiment), metric = metricOf(data.experiment), format = formatIn(data.experiment, metric);
    var cells = [], low = Infinity, high = -Infinity;
    data.experiment.variants.forEach(function (variant) {
      var value = estimate(variant, metric)[0];
      if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
      cells.push({variant: variant, value: [axes[1].values.indexOf(variant.settings[axes[1].path]),
        axes[0].values.indexOf(variant.settings[axes[0].path]), value]});
    });
    var spread = low > 0 && high / low > 20;
    // Too few requests to say anything has no depth.
    function depth(value) { return value === null ? -1 : spread ? Math.log(value / low) : value - low; }
    var room = (size.width - 140) / axes[1].values.length;
    function axis(each, more) {
      var all = {type: 'category', data: each.values, name: each.title, nameTextStyle: {color: theme.muted, fontFamily: font, fontSize: 11},
        axisTick: {show: false}, axisLine: {show: false}, splitArea: {show: false},
        axisLabel: {color: theme.ink, fontFamily: font, fontSize: 12, interval: 0,
          formatter: function (text) { return shortened(text, 16); }}};
      Object.keys(more).forEach(function (key) { all[key] = more[key]; });
      return all;
    }
    return {
      grid: {left: 120, right: 20, top: 24, bottom: 50},
      tooltip: tooltip(theme, function (point) {
        var cell = cells[point.dataIndex], each = estimate(cell.variant, metric);
        return tip(cell.variant.name, [{name: titleOf(metric), value: format(each[0])},
          {name: '95 %', value: format(each[1]) + ' to ' + format(each[2])}]);
      }, {trigger: 'item'}),
      visualMap: {show: false, min: 0, max: depth(high) || 1, dimension: 3, inRange: {color: theme.heat}, outOfRange: {color: theme.track}},
      xAxis: axis(axes[1], {nameLocation: 'middle', nameGap: 30}),
      yAxis: axis(axes[0], {inverse: true, nameLocation: 'start'}),
      series: [{type: 'heatmap', animation: false, progressive: 0,
        itemStyle: {borderWidth: 2, borderColor: theme.page, borderRadius: 4},
        data: cells.map(function (cell) {
          var deep = depth(cell.value[2]) / (depth(high) || 1) > 0.5;
          return {value: [cell.value[0], cell.value[1], cell.value[2] || 0, depth(cell.value[2])], label: {show: room > 48, fontFamily: font, fontSize: 11,
            color: (deep === (theme.name === 'light')) ? '#ffffff' : theme.name === 'light' ? '#171c26' : deep ? '#171c26' : '#e7eaf0',
            formatter: format(cell.value[2]).replace(/[{}]/g, '')}};
        })}]
    };
  }
};
