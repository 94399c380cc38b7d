// The page of a comparison or a sweep: what was found in sentences, then the charts, then every number.
import charts from '../experiment/all.js';
import {estimate, failedOf, formatIn, titleOf} from '../experiment/figures.js';
import {clock} from '../parts/axes.js';
import {escaped, grouped} from '../parts/words.js';
import {contents, figure, named, table} from './parts.js';

// What a variant was expected to do and did not, in some replications.
function broken(experiment) {
  var lines = [];
  experiment.variants.forEach(function (variant) {
    (variant.expect || []).forEach(function (each) {
      if (each.held < each.of) lines.push({name: variant.name, expr: each.expr, held: each.held, of: each.of});
    });
  });
  return lines;
}

// Who won, why, and all in their order.
function ranking(experiment) {
  var all = experiment.ranking;
  if (!all || !all.sentences.length) return '';
  var lines = all.sentences.concat(all.why ? [all.why] : []);
  return '<section class="verdict none" id="ranking"><h2>' + escaped(all.winner ? all.winner + ' wins' : 'The order') + '</h2>' +
    '<ul class="sentences">' + lines.map(function (each) { return '<li>' + named(each) + '</li>'; }).join('') + '</ul></section>';
}

function found(data) {
  var experiment = data.experiment, goal = experiment.goal;
  var sentences = goal ? goal.answers.map(function (each) { return each.sentence; }) : experiment.overview || experiment.sentences || [];
  var crossed = broken(experiment);
  var tone = goal ? (goal.answers.every(function (each) { return each.found !== null; }) ? 'held' : 'crossed') : 'none';
  var title = goal ? 'The goal: ' + goal.expr : data.compare ? 'What differs from ' + experiment.baseline :
    experiment.variants.length + ' variants';
  return '<section class="verdict ' + tone + '"><h2>' + escaped(title) + '</h2>' +
    (sentences.length ? '<ul class="sentences">' + sentences.map(function (each) { return '<li>' + named(each) + '</li>'; }).join('') +
      '</ul>' : '') +
    (crossed.length && !goal ? '<ul>' + crossed.slice(0, 12).map(function (each) {
      return '<li class="crossed"><b>crossed</b> ' + named(each.name) + ' <code>' + escaped(each.expr) + '</code> <span>held in ' +
        each.held + ' of ' + each.of + '</span></li>';
    }).join('') + '</ul>' + (crossed.length > 12 ? '<p class="muted">and ' + (crossed.length - 12) + ' more</p>' : '') : '') +
    '</section>';
}

export function numbers(data) {
  var experiment = data.experiment, names = Object.keys(experiment.variants[0].figures).filter(function (name) {
    return experiment.variants.some(function (variant) {
      return failedOf(variant, name) || estimate(variant, name)[0] !== null && (estimate(variant, name)[0] !== 0 || !/^cost/.test(name));
    });
  });
  var rows = experiment.variants.slice(0, 400).map(function (variant) {
    return [named(variant.name)].concat(names.map(function (name) {
      var format = formatIn(experiment, name), each = estimate(variant, name);
      return each[0] === null ? escaped(failedOf(variant, name) || '–') : '<span title="95 %: ' + escaped(format(each[1]) + ' to ' + format(each[2])) + '">' +
        escaped(format(each[0])) + '</span>';
    }));
  });
  return '<section id="numbers"><h2>Every number</h2>' + table(['variant'].concat(names.map(function (name) {
    return '#' + titleOf(name);
  })), rows) + '<p class="muted">Means over replications; point at one for where it lies with 95 % confidence. Busiest/mean and spread: ' +
    'of the requests that each machine got.</p></section>';
}

function notes(data) {
  var all = (data.experiment.arrivals ? [data.experiment.arrivals] : []).concat(data.experiment.notes || [], data.experiment.left_out || []);
  if (!all.length) return '';
  return '<section id="notes"><h2>Before you believe it</h2><ul class="sentences">' + all.map(function (each) {
    return '<li>' + named(each) + '</li>';
  }).join('') + '</ul></section>';
}

export default {
  charts: charts,
  texts: {},
  title: function (data) { return data.name; },
  body: function (data) {
    var experiment = data.experiment, requests = 0;
    var rest = charts.filter(function (chart) { return chart.has(data); }).map(function (chart) { return figure(chart, data); }).join('') +
      numbers(data) + notes(data);
    experiment.variants.forEach(function (variant) { requests += variant.offered; });
    return '<header><h1>' + named(data.name) + '</h1><p class="muted">' + escaped(experiment.variants.length + ' variants, ' +
      experiment.replications + ' replication' + (experiment.replications > 1 ? 's' : '') + ' each · ' + clock(experiment.simulated_s, experiment.simulated_s) +
      ' simulated' + (experiment.warm_up_s > 0 ? ', of which ' + clock(experiment.warm_up_s, experiment.warm_up_s) + ' warm-up' : '') + ' · ' + grouped(requests) +
      ' requests · seed ' + experiment.seed + ' · ' + experiment.tool.name + ' ' + experiment.tool.version) + '</p></header>' +
      ranking(experiment) + found(data) + contents(rest) + rest;
  }
};
