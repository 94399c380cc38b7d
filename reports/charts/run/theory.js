// What theory said beside what was measured.
import {percent, plain, duration, words} from '../parts/words.js';
import {barGrid, categoryAxis, legend, namesFor, tip, tooltip, valueAxis} from '../parts/axes.js';

function lines(data) {
  return (data.run.theory || []).filter(function (each) {
    return each.unit === '1' && each.predicted !== null && each.measured !== null;
  }).slice(0, 20);
}

function title(each) {
  return each.node + ' ' + words(each.quantity);
}

export function shown(value, unit) {
  return unit === '1' ? percent(value) : unit === 'ms' ? duration(value) : plain(value);
}

export default {
  name: 'theory',
  title: 'Theory beside measurement',
  height: function (data) { return 84 + 26 * lines(data).length; },
  has: function (data) { return lines(data).length > 0; },
  about: function () { return 'What operational laws and queueing theory say before a run, at the highest rate; and what was measured.'; },
  option: function (data, theme, size) {
    var all = lines(data);
    function dots(name, key, symbol, colour) {
      return {type: 'scatter', name: name, symbol: symbol, symbolSize: 11, animation: false,
        itemStyle: {color: colour}, data: all.map(function (each, i) { return [each[key], i]; })};
    }
    return {
      grid: barGrid(size, 170, 30, 36),
      legend: legend(theme, {data: ['predicted', 'measured'], icon: undefined}),
      tooltip: tooltip(theme, function (points) {
        var each = all[points[0].value[1]];
        return tip(title(each), [{name: 'predicted', value: shown(each.predicted, each.unit)},
          {name: 'measured', value: shown(each.measured, each.unit)}].concat(each.why_not ? [{name: each.why_not, value: ''}] : []));
      }, {axisPointer: {type: 'shadow', axis: 'y', shadowStyle: {color: theme.warm_up}}}),
      xAxis: valueAxis(theme, function (value) { return Math.round(value * 100) + ' %'; }, {min: 0}),
      yAxis: categoryAxis(all.map(title), theme, namesFor(size, 25)),
      series: [dots('predicted', 'predicted', 'diamond', theme.rejected), dots('measured', 'measured', 'circle', theme.lines[0])]
    };
  }
};
