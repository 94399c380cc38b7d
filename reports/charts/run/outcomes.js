// How many requests ended in each interval, and how.
import {rate, words} from '../parts/words.js';
import {clock, gridOf, legend, line, marks, overTime, timeAxis, tip, tooltip, valueAxis, zoom} from '../parts/axes.js';

var order = ['succeeded', 'rejected', 'timed_out', 'failed'];

export default {
  name: 'outcomes',
  title: 'Throughput and outcomes',
  height: 300,
  has: function (data) { return data.run.totals.offered > 0; },
  about: function () { return 'Requests a second by how they ended, one upon the other; the line is what users asked for.'; },
  option: function (data, theme, size) {
    var users = data.drawn.users, end = data.run.simulated_s;
    var happened = marks(data, theme, size);
    var seen = order.filter(function (name) {
      return name === 'succeeded' || users[name].some(function (value) { return value > 0; });
    });
    var series = seen.map(function (name) {
      return line(words(name), overTime(data.drawn, users[name]), theme[name],
        {stack: 'ended', lineStyle: {width: 0}, areaStyle: {color: theme[name], opacity: 0.85}});
    });
    series.push(line('offered', overTime(data.drawn, users.offered), theme.offered,
      {lineStyle: {color: theme.offered, width: 1.2}}));
    series.push(happened.series);
    return {
      grid: gridOf(size, 30 + 15 * happened.rows),
      legend: legend(theme, {data: series.slice(0, -1).map(function (each) { return each.name; })}),
      tooltip: tooltip(theme, function (points) {
        return tip('at ' + clock(points[0].value[0], end), points.map(function (point) {
          return {name: point.seriesName, colour: point.color, value: rate(point.value[1])};
        }));
      }),
      dataZoom: zoom(theme, size),
      xAxis: timeAxis(end, theme, size),
      yAxis: valueAxis(theme, rate, {min: 0}),
      series: series
    };
  }
};
