// The page of a lab, for who wants to learn from it: the claim, what came of it, what each control
// takes away, the runs of both side by side, and what to try next.
import variants from '../experiment/variants.js';
import percentiles from '../experiment/percentiles.js';
import {escaped} from '../parts/words.js';
import {numbers} from './experiment.js';
import {figure, named, table} from './parts.js';

// Of runs; a lab whose claim is about a check or a refusal plays none.
function ofRuns(chart) {
  var copy = {};
  Object.keys(chart).forEach(function (key) { copy[key] = chart[key]; });
  copy.has = function (data) { return Boolean(data.experiment) && chart.has(data); };
  return copy;
}

var charts = [variants, percentiles].map(ofRuns);

function list(items, kind) {
  return items.length ? '<ul class="' + kind + '">' + items.map(function (each) { return '<li>' + each + '</li>'; }).join('') + '</ul>' : '';
}

function code(text) {
  return '<code dir="ltr">' + escaped(text) + '</code>';
}

// What a statement is, in the words of the lab.
function statement(each) {
  if (each.kind === 'refused') return 'the scenario is refused with the words ' + code(each.expr);
  if (each.kind === 'check') return 'a check of the scenario says ' + code(each.expr);
  if (each.kind === 'promql') return 'of its metrics, in PromQL: ' + code(each.expr);
  if (each.kind === 'command') return 'a command: ' + code(each.expr);
  return code(each.expr);
}

function verdict(lab) {
  var said = lab.proven ? 'Proven: the claim holds with every seed, and its controls break it' : 'Not proven';
  return '<section class="verdict ' + (lab.proven ? 'held' : 'crossed') + '"><h2>' + escaped(said) + '</h2>' +
    list(lab.why.map(escaped), 'sentences') + list(lab.statements.map(statement), 'sentences') + '</section>';
}

// One statement with one seed: what stands on either side of it.
function answer(each) {
  var tone = each.answer === 'held' ? 'held' : each.answer === 'failed' ? 'failed' : '';
  var text = each.left === null ? each.answer : each.left;
  var title = each.left === null ? '' : each.left + ' against ' + each.right + ': ' + each.answer;
  return '<span class="answer ' + tone + '" title="' + escaped(title) + '">' + escaped(text) + '</span>' +
    (each.right === null ? '' : ' <span class="muted">/ ' + escaped(each.right) + '</span>');
}

function statements(lab) {
  if (!lab.statements.length) return '';
  function heads(title) {
    return lab.seeds.map(function (seed) { return '#' + title + ', seed ' + seed; });
  }
  var names = lab.controls.map(function (each) { return each.name; });
  var headings = ['statement'].concat(heads('claim'));
  names.forEach(function (name) { headings = headings.concat(heads(name)); });
  return '<section id="statements"><h2>Statement by statement</h2>' +
    table(headings, lab.statements.map(function (each) {
      var cells = [named(each.name) + '<br>' + statement(each)].concat(each.claim.map(answer));
      names.forEach(function (name) { cells = cells.concat(each.controls[name].map(answer)); });
      return cells;
    })) + '<p class="muted">The left side of each statement, and what it is compared with; green where it holds, red where it fails.</p></section>';
}

function settings(lab) {
  var all = lab.settings.concat(lab.vary ? [lab.vary] : []);
  return '<section id="setting"><h2>What is played</h2><p class="muted">' + named(lab.file) + ', with seeds ' +
    escaped(lab.seeds.join(', ')) + '</p>' + list(all.map(code), 'sentences') + '</section>';
}

function controls(lab) {
  return lab.controls.map(function (each) {
    return '<section class="control"><h2>Control: ' + named(each.name) + '</h2>' + (each.about ? '<p>' + named(each.about) + '</p>' : '') +
      list(each.settings.map(code), 'sentences') + '<p class="muted">Breaks ' + named(each.broke.join(', ')) + '</p></section>';
  }).join('');
}

function next(lab) {
  if (!lab.try_next.length) return '';
  return '<section id="next"><h2>Try next</h2>' + list(lab.try_next.map(function (each) {
    return named(each.ask) + (each.run ? '<br>' + code(each.run) : '');
  }), 'sentences') + '</section>';
}

export default {
  charts: charts,
  texts: {},
  title: function (data) { return data.name; },
  body: function (data) {
    var lab = data.lab;
    return '<header><h1>' + named(data.name) + '</h1>' + (lab.about ? '<p class="about">' + named(lab.about) + '</p>' : '') +
      '<p class="muted">' + escaped(lab.rows.join(', ') + ' · ' + lab.tool.name + ' ' + lab.tool.version) + '</p></header>' +
      verdict(lab) + statements(lab) + controls(lab) + settings(lab) +
      charts.filter(function (chart) { return chart.has(data); }).map(function (chart) { return figure(chart, data); }).join('') +
      (data.experiment ? numbers(data) : '') + next(lab);
  }
};
