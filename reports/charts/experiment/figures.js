// The figures of a comparison or a sweep: their names, their units, and what was varied.
import {duration, money, percent, plain, rate, words} from '../parts/words.js';

var titles = {p99_9: 'p99.9', imbalance_max: 'busiest/mean', imbalance_cv: 'spread',
  cost_per_month: 'cost a month', mean: 'mean latency'};

export function titleOf(figure) {
  return titles[figure] || words(figure);
}

export function formatOf(figure, unit) {
  if (unit === 's') return function (value) { return value === null ? '–' : duration(value * 1e3); };
  if (unit === '1/s') return rate;
  if (unit === 'USD') return money;
  if (figure === 'availability' || /utilisation|_in_use$|_rate$|ratio/.test(figure)) return percent;
  return plain;
}

// What is drawn of an experiment: its first metric.
export function metricOf(experiment) {
  return experiment.metrics[0];
}

export function unitOf(experiment, figure) {
  return experiment.variants[0].figures[figure].unit;
}

export function formatIn(experiment, figure) {
  return formatOf(figure, unitOf(experiment, figure));
}

// [value, low, high] of a variant; without an interval low and high are the value.
export function estimate(variant, figure) {
  var each = variant.figures[figure];
  if (!each || each.value === null) return [null, null, null];
  return [each.value, each.ci95 ? each.ci95[0] : each.value, each.ci95 ? each.ci95[1] : each.value];
}

// What is said of a percentile that falls among requests that failed, in some replications or in all;
// empty of any other.
export function failedOf(variant, figure) {
  var each = variant.figures[figure], failed = each && each.failed;
  if (!failed) return '';
  var times = failed.replications < each.replications.length ? ' in ' + failed.replications + ' of ' + each.replications.length : '';
  return 'failed' + times + (failed.waited_s === null ? '' : ' (waited ' + duration(failed.waited_s * 1e3) + ')');
}

var factors = {'': 1, '%': 1, ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400, '/s': 1, '/min': 1 / 60, '/h': 1 / 3600,
  B: 1, KiB: 1024, MiB: 1048576, GiB: 1073741824, TiB: 1099511627776, kB: 1e3, MB: 1e6, GB: 1e9};

function number(text) {
  var found = /^\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*([a-zA-Z\/%]*)\s*$/.exec(text);
  return found && factors[found[2]] !== undefined ? {value: Number(found[1]) * factors[found[2]], unit: found[2]} : null;
}

// Every path that was varied, with its values in the order in which they were given; those that are
// all numbers with their places on an axis, in the unit of the first.
export function axesOf(experiment) {
  var paths = Object.keys(experiment.variants[0].settings);
  return paths.map(function (path) {
    var values = [];
    experiment.variants.forEach(function (variant) {
      if (values.indexOf(variant.settings[path]) < 0) values.push(variant.settings[path]);
    });
    var numbers = values.map(number), all = numbers.every(Boolean);
    var unit = all ? numbers[0].unit : '';
    return {
      path: path, title: words(path.replace(/^nodes\./, '').replace(/\./g, ' ')), values: values, unit: unit,
      places: all ? numbers.map(function (each) { return each.value / factors[unit]; }) : null
    };
  });
}

// What variants were expected to do, and what was searched for.
export function exprsOf(experiment) {
  var all = experiment.goal ? [experiment.goal.expr] : [];
  experiment.variants.forEach(function (variant) {
    (variant.expect || []).forEach(function (each) { if (all.indexOf(each.expr) < 0) all.push(each.expr); });
  });
  return all;
}

// An axis of whole decades.
export function decadesOf(low, high) {
  return {type: 'log', min: Math.pow(10, Math.floor(Math.log(low) / Math.LN10 + 1e-9)),
    max: Math.pow(10, Math.ceil(Math.log(high) / Math.LN10 - 1e-9))};
}

export function placeOf(axis, variant) {
  return axis.places[axis.values.indexOf(variant.settings[axis.path])];
}

// A line from low to high with ends, at each point: [along, value, low, high].
export function whiskers(points, colour, across) {
  return {
    type: 'custom', name: 'interval', silent: true, animation: false, z: 5, tooltip: {show: false},
    data: points.filter(function (point) { return point[2] !== null; }),
    encode: across ? {x: [1, 2, 3], y: 0} : {x: 0, y: [1, 2, 3]},
    renderItem: function (params, api) {
      function at(value) { return across ? api.coord([value, api.value(0)]) : api.coord([api.value(0), value]); }
      var low = at(api.value(2)), high = at(api.value(3)), wide = 5;
      function piece(a, b) {
        return {type: 'line', shape: {x1: a[0], y1: a[1], x2: b[0], y2: b[1]}, style: {stroke: colour, lineWidth: 1.5}};
      }
      function end(point) {
        return across ? piece([point[0], point[1] - wide], [point[0], point[1] + wide])
          : piece([point[0] - wide, point[1]], [point[0] + wide, point[1]]);
      }
      return {type: 'group', children: [piece(low, high), end(low), end(high)]};
    }
  };
}
