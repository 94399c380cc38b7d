// A figure that the claim speaks of, over time: a panel for the claim and one for each control, all
// with the same axes.
import {clock, happenings, line, timeAxis, tip, tooltip, valueAxis, legend} from '../parts/axes.js';
import {font} from '../parts/theme.js';
import {duration, grouped, percent, plain, rate, shortened, words} from '../parts/words.js';
import {nameOf} from './settings.js';

var least = 250, panel = 140;

function bytes(value) {
  var units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'], i = 0;
  while (value >= 1024 && i < 4) { value /= 1024; i += 1; }
  return plain(value) + ' ' + units[i];
}

export function formatOf(unit) {
  if (unit === '1') return percent;
  if (unit === 's') return function (value) { return value === null ? '–' : duration(value * 1e3); };
  if (unit === 'bytes') return function (value) { return value === null ? '–' : bytes(value); };
  if (unit === '/s') return rate;
  return function (value) { return value >= 1000 ? grouped(value) : plain(value); };
}

// [{control, runs: [...]}, ...] in the order in which they were played.
export function panelsOf(over) {
  var panels = [];
  over.runs.forEach(function (run) {
    var known = panels.filter(function (each) { return each.control === run.control; })[0];
    if (!known) panels.push(known = {control: run.control, runs: []});
    known.runs.push(run);
  });
  return panels;
}

function variantsOf(over) {
  return over.runs.reduce(function (names, run) { return names.indexOf(run.variant) < 0 ? names.concat([run.variant]) : names; }, []);
}

function columnsFor(panels, width) {
  return Math.max(1, Math.min(panels, Math.floor(width / least), panels > 4 ? 3 : panels));
}

function points(run, values) {
  return values.map(function (value, i) { return [Math.round((i + 0.5) * run.interval_s * 1e6) / 1e6, value]; });
}

function area(from, to, colour, said, ink) {
  return [{xAxis: from, name: said, itemStyle: {color: colour}, label: {show: said !== '', position: 'insideTopLeft', distance: 3, formatter: said.replace(/[{}]/g, ''),
    color: ink, fontFamily: font, fontSize: 10}}, {xAxis: to}];
}

// A share that is never half is not kept (reports/drawn.h).
function isEmpty(panel, index) {
  return panel.runs.every(function (run) { return run.values[index].every(function (value) { return value === null; }); });
}

// What was full, what had failed, and when something changed.
function marked(each, theme, end, wide) {
  var areas = [], lines = [], most = each.runs.reduce(function (most, run) {
    return run.incidents.length > most.incidents.length ? run : most;
  });
  each.runs.reduce(function (all, run) { return all.concat(run.full); }, []).slice(0, 8).forEach(function (full) {
    var room = (full.to_s - full.from_s) / end * wide;
    var said = shortened(full.node + ' ' + full.what, Math.max(4, Math.floor(room / 5.6)));
    areas.push(area(full.from_s, full.to_s, theme.full, room > 60 ? said : '', theme.muted));
  });
  happenings(most).slice(0, 40).forEach(function (event) {
    if (event.until !== null && !event.alert) areas.push(area(event.at, event.until, theme.failure, '', theme.muted));
    else lines.push({xAxis: event.at, name: event.text, lineStyle: {color: theme.faint, type: [2, 3], width: 1}, label: {show: false}});
  });
  return {
    markArea: {silent: true, animation: false, data: areas},
    markLine: {silent: true, animation: false, symbol: ['none', 'none'], data: lines}
  };
}

export function overTimeChart(lab, index) {
  var over = lab.over_time, figure = over.figures[index], format = formatOf(figure.unit), panels = panelsOf(over);
  var missing = / in use$/.test(figure.name) ? ': below half' : ': nothing to show';
  var variants = variantsOf(over), end = over.end_s, most = 0, lowest = 0;
  over.runs.forEach(function (run) {
    run.values[index].forEach(function (value) { if (value > most) most = value; if (value < lowest) lowest = value; });
  });
  function heightFor(width) {
    return Math.ceil(panels.length / columnsFor(panels.length, width)) * panel + (variants.length > 1 ? 30 : 6);
  }
  return {
    name: 'over_time_' + (index + 1),
    title: (figure.node ? figure.node + ': ' : '') + words(figure.name),
    height: function (data, width) { return heightFor(width || 920); },
    has: function () { return true; },
    about: function () {
      return 'The claim and its controls with seed ' + lab.seeds[0] + ', on the same axes.';
    },
    option: function (data, theme, size) {
      var columns = columnsFor(panels.length, size.width), top = variants.length > 1 ? 30 : 6, gap = 18;
      var left = 52, wide = (size.width - left - 14 - (columns - 1) * (gap + left)) / columns;
      var grids = [], xAxes = [], yAxes = [], series = [];
      panels.forEach(function (each, p) {
        var column = p % columns, row = Math.floor(p / columns);
        grids.push({left: left + column * (wide + gap + left), top: top + row * panel + 30, width: wide, height: panel - 58, containLabel: false});
        var x = timeAxis(end, theme, {width: wide});
        x.gridIndex = p;
        xAxes.push(x);
        var y = valueAxis(theme, format, {gridIndex: p, min: lowest < 0 ? undefined : 0, max: most > 0 ? undefined : 1, splitNumber: 3,
          name: shortened(nameOf(each.control) + (isEmpty(each, index) ? missing : ''), Math.floor((wide + left) / 6.6)), nameGap: 14,
          nameTextStyle: {color: each.control === null ? theme.ink : theme.muted, fontFamily: font, fontSize: 12, align: 'left',
            fontWeight: each.control === null ? 600 : 400, padding: [0, 0, 0, 4 - left]}});
        if (most > 0) y.max = figure.unit === '1' && most <= 1 && most > 0.5 ? 1 : nice(most);
        if (most > 0 && lowest >= 0) y.interval = y.max / 2;
        yAxes.push(y);
        each.runs.forEach(function (run, v) {
          var of = variants.indexOf(run.variant), colour = theme.lines[Math.max(0, of) % theme.lines.length];
          var one = line(variants.length > 1 ? run.variant : nameOf(each.control), points(run, run.values[index]), colour,
            {xAxisIndex: p, yAxisIndex: p, lineStyle: {color: colour, width: 1.7}, step: figure.unit === '' ? 'middle' : undefined});
          if (v === 0) {
            var happened = marked(each, theme, end, wide);
            one.markArea = happened.markArea;
            one.markLine = happened.markLine;
          }
          series.push(one);
        });
      });
      return {
        grid: grids, xAxis: xAxes, yAxis: yAxes, series: series,
        legend: legend(theme, {show: variants.length > 1, data: variants.length > 1 ? variants : []}),
        axisPointer: {link: [{xAxisIndex: 'all'}]},
        tooltip: tooltip(theme, function (all) {
          return tip('at ' + clock(all[0].value[0], end), all.map(function (point) {
            var of = panels[point.axisIndex === undefined ? 0 : point.axisIndex];
            var name = variants.length > 1 ? point.seriesName + ', ' + nameOf(of.control) : nameOf(of.control);
            return {name: name, colour: point.color, value: point.value[1] === null ? '–' : format(point.value[1])};
          }));
        })
      };
    }
  };
}

// The next value that two or four equal parts of are as people count.
function nice(value) {
  var power = Math.pow(10, Math.floor(Math.log(value) / Math.LN10)), steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10], i;
  for (i = 0; i < steps.length; i += 1) {
    if (steps[i] * power >= value * 0.9999) return steps[i] * power;
  }
  return 10 * power;
}
