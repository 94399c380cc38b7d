// What each node costs in a month of such days.
import {money, percent} from '../parts/words.js';
import {font} from '../parts/theme.js';
import {barGrid, categoryAxis, namesFor, tip, tooltip, valueAxis} from '../parts/axes.js';

function spenders(data) {
  var whole = data.run.totals.cost_usd, month = data.run.totals.cost_usd_per_month;
  return Object.keys(data.run.nodes).map(function (name) {
    return {name: name, share: data.run.nodes[name].cost_usd / whole, month: data.run.nodes[name].cost_usd / whole * month};
  }).filter(function (each) { return each.share > 0; })
    .sort(function (a, b) { return b.share - a.share; }).slice(0, 16);
}

export default {
  name: 'cost',
  title: 'Cost',
  height: function (data) { return 56 + 28 * spenders(data).length; },
  has: function (data) { return data.run.totals.cost_usd > 0; },
  about: function (data) { return money(data.run.totals.cost_usd_per_month) + ' a month, by node.'; },
  option: function (data, theme, size) {
    var all = spenders(data);
    return {
      grid: barGrid(size, 130, 80, 8),
      tooltip: tooltip(theme, function (points) {
        var each = all[points[0].dataIndex];
        return tip(each.name, [{name: 'a month', value: money(each.month)}, {name: 'of all', value: percent(each.share)}]);
      }, {axisPointer: {type: 'shadow', shadowStyle: {color: theme.warm_up}}}),
      xAxis: valueAxis(theme, money, {min: 0, splitNumber: size.width < 520 ? 2 : 4}),
      yAxis: categoryAxis(all.map(function (each) { return each.name; }), theme, namesFor(size, 18)),
      series: [{type: 'bar', name: 'cost', barWidth: 14, animation: false, emphasis: {disabled: true},
        itemStyle: {color: theme.lines[0], borderRadius: 3},
        label: {show: true, position: 'right', color: theme.ink, fontFamily: font, fontSize: 12,
          formatter: function (point) { return money(point.value); }},
        data: all.map(function (each) { return each.month; })}]
    };
  }
};
