// Charts with a line for each service: the three panels that a service's dashboard begins with.
import {clock, gridOf, legend, line, marks, overTime, timeAxis, tip, tooltip, widths, zoom} from './axes.js';

// A node has one colour in all charts: those that were asked most choose first, and who else is
// shown takes what they leave.
export function coloursOf(names, data, theme) {
  var nodes = data.run.nodes, chosen = Object.create(null), free = theme.lines.slice();
  var first = Object.keys(nodes).filter(function (name) { return !data.clients[name]; })
    .sort(function (a, b) { return nodes[b].totals.offered - nodes[a].totals.offered; }).slice(0, theme.lines.length);
  first.forEach(function (name, i) {
    if (names.indexOf(name) < 0) return;
    chosen[name] = theme.lines[i];
    free.splice(free.indexOf(theme.lines[i]), 1);
  });
  return names.map(function (name) { return chosen[name] || free.shift(); });
}

// Those that were asked most, but for the users themselves.
function busiest(data, values) {
  var nodes = data.run.nodes;
  return Object.keys(nodes).filter(function (name) {
    return data.drawn.nodes[name] && !data.clients[name] && (values(data.drawn.nodes[name]) || []).some(function (value) {
      return value !== null;
    });
  }).sort(function (a, b) { return nodes[b].totals.offered - nodes[a].totals.offered; }).slice(0, 8);
}

// The values of a node, how one reads, and the axis for all of them.
export default function perService(panel) {
  return {
    name: panel.name,
    title: panel.title,
    height: 240,
    has: function (data) { return busiest(data, panel.values).length > 0; },
    about: function (data) {
      var most = Object.keys(data.run.nodes).length > 9 ? ' The eight services that were asked most.' : '';
      return panel.about + most;
    },
    option: function (data, theme, size) {
      var names = busiest(data, panel.values), end = data.run.simulated_s, happened = marks(data, theme, size);
      var lists = names.map(function (name) { return panel.values(data.drawn.nodes[name]); });
      var colours = coloursOf(names, data, theme), broad = widths(lists);
      var series = names.map(function (name, i) {
        return line(name, overTime(data.drawn, lists[i]), colours[i], {lineStyle: {color: colours[i], width: broad[i]}});
      });
      series.push(happened.series);
      return {
        grid: gridOf(size, 30 + 15 * happened.rows),
        legend: legend(theme, {data: names}),
        tooltip: tooltip(theme, function (points) {
          return tip('at ' + clock(points[0].value[0], end), points.map(function (point) {
            return {name: point.seriesName, colour: point.color, value: panel.format(point.value[1])};
          }));
        }),
        dataZoom: zoom(theme, size),
        xAxis: timeAxis(end, theme, size),
        yAxis: panel.axis(theme, lists),
        series: series
      };
    }
  };
}
