// What was expected, or searched for, as a line on the chart of its figure.
import {font} from './theme.js';
import {shortened} from './words.js';

var times = {ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400};
var comparison = /^\s*(p\(\s*(\d+(?:\.\d+)?)\s*\)|mean|availability|throughput)\s*(?:(?:during|after)\s[^<>=]*?)?\s*([<>]=?)\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|min|h|d|%|\/s)?\s*$/;

// "p(99) < 200ms and availability >= 99.9%": what is compared with a number, in seconds or as a share.
export function goalsIn(expr) {
  return expr.split(/\band\b/).map(function (part) {
    var found = comparison.exec(part), unit = found && found[5];
    if (!found) return null;
    return {
      figure: found[2] ? 'p' + found[2].replace('.', '_') : found[1], text: part.trim(), below: found[3].charAt(0) === '<',
      value: Number(found[4]) * (unit === '%' ? 0.01 : times[unit] || 1)
    };
  }).filter(Boolean);
}

// Each once, of these expressions, about these figures.
export function goalsOf(exprs, figures) {
  var seen = Object.create(null);
  return exprs.map(goalsIn).reduce(function (all, more) { return all.concat(more); }, []).filter(function (goal) {
    if (figures.indexOf(goal.figure) < 0 || seen[goal.text]) return false;
    seen[goal.text] = true;
    return true;
  }).slice(0, 4);
}

// A series that holds nothing but the lines: across the chart at its values, or upright along them.
export function goalLines(goals, theme, scale, upright) {
  return {
    type: 'line', name: 'goals', data: [], silent: true, animation: false, tooltip: {show: false},
    markLine: {silent: true, animation: false, symbol: ['none', 'none'], data: goals.map(function (goal) {
      var at = {name: goal.text, label: {show: true, formatter: shortened(goal.text, 34).replace(/[{}]/g, ''),
        position: upright ? 'end' : 'insideEndTop', color: theme.goal, fontFamily: font, fontSize: 11}};
      at[upright ? 'xAxis' : 'yAxis'] = goal.value * scale;
      return at;
    }), lineStyle: {color: theme.goal, type: [7, 4], width: 1.5, opacity: 1}}
  };
}
