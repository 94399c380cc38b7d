// The page of a lab, for who wants to learn from it: what the row says, the system, each statement
// with its reason and what it came to, what the controls take away, how it went over time, the
// scenario with what each control changes, and what to try next.
import topology from '../run/topology.js';
import percentiles from '../experiment/percentiles.js';
import {typicalTrace} from '../run/traces.js';
import {differences, hunks} from '../lab/lines.js';
import {overTimeChart} from '../lab/over_time.js';
import {asked, compared, nameOf, toneOf} from '../lab/settings.js';
import {isDrawn, statementChart} from '../lab/statement.js';
import {heightOf} from '../parts/draw.js';
import {escaped, words} from '../parts/words.js';
import {numbers} from './experiment.js';
import {figure, named, table} from './parts.js';

function list(items, kind) {
  return items.length ? '<ul class="' + kind + '">' + items.map(function (each) { return '<li>' + each + '</li>'; }).join('') + '</ul>' : '';
}

function code(text) {
  return '<code dir="ltr">' + escaped(text) + '</code>';
}

function count(number, one) {
  return number + ' ' + one + (number === 1 ? '' : 's');
}

// What the row of a guide says, in both languages, and where it stands there.
function row(each) {
  if (!each.en) return '';
  return '<section class="row"><h2>' + escaped(each.row) + ' <span class="muted">' + escaped(each.group.en) +
    ' · <span lang="ko">' + escaped(each.group.ko) + '</span></span></h2><p lang="en">' + named(each.en) + '</p><p lang="ko">' + named(each.ko) +
    '</p><p class="muted">Source: guide ' + each.source.guide + ', <span lang="ko">' + escaped(each.source.ko) + '</span> (' +
    escaped(each.source.en) + '), line ' + each.source.line + '</p></section>';
}

function verdict(lab) {
  var premises = lab.statements.filter(function (each) { return each.premise; }).length;
  var broken = lab.statements.filter(function (each) { return each.broken_by.length; }).length;
  var said = lab.proven ? 'Proven' : 'Not proven';
  return '<section class="verdict ' + (lab.proven ? 'held' : 'crossed') + '"><h2>' + said + '</h2><p>' +
    escaped(count(lab.statements.length, 'statement') + ' with ' + count(lab.seeds.length, 'seed') + '; ' + broken + ' broken by ' +
      (lab.controls.length === 1 ? 'the control' : 'one of ' + lab.controls.length + ' controls') +
      (premises ? ', ' + count(premises, 'premise') : '')) + '</p>' +
    list(lab.why.map(named), 'sentences') + '</section>';
}

var kinds = {check: 'a check of the scenario says', promql: 'of its metrics, in PromQL', refused: 'the scenario is refused with the words'};

function tags(statement) {
  return (statement.premise ? '<span class="tag">premise</span>' : '') + statement.broken_by.map(function (name) {
    return '<span class="tag broken">broken by ' + escaped(words(name)) + '</span>';
  }).join('');
}

// What a statement came to, as text; the picture beside it says the same.
function came(statement, rows, seeds) {
  var heads = ['played'].concat(seeds.map(function (seed) { return '#seed ' + seed; }));
  return table(heads, rows.map(function (each) {
    return [named(nameOf(each.control))].concat(each.seeds.map(function (one) {
      var tone = one.answer === 'held' ? 'held' : one.answer === 'failed' ? 'failed' : '';
      return '<span class="answer ' + tone + '">' + escaped(one.left === null ? one.answer : one.left) + '</span>' +
        (one.right === null ? '' : ' <span class="muted">/ ' + escaped(one.right) + '</span>');
    }));
  }));
}

function statement(lab, each, i) {
  var tone = each.held ? 'held' : 'failed';
  var picture = isDrawn(each) ? '<div class="chart drawing whole" data-chart="statement_' + (i + 1) + '" role="img" aria-label="' +
    escaped(words(each.name)) + '"></div>' : '';
  return '<article class="statement ' + tone + '"><h3>' + named(words(each.name)) + tags(each) + '</h3>' +
    (kinds[each.kind] ? '<p class="muted">' + kinds[each.kind] + '</p>' : '') + '<p>' + code(each.expr) + '</p>' +
    (each.because ? '<p class="because">' + named(each.because) + '</p>' : '') + picture +
    '<details' + (picture ? ' class="instead" open' : ' open') + '><summary>With each seed</summary>' + came(each, asked(each), lab.seeds) + '</details></article>';
}

function statements(lab) {
  return '<section id="statements"><h2>Statement by statement</h2><p class="muted">A dot is the left side with one seed, the line what it is ' +
    'compared with; it has to be where it is shaded. Green holds, red fails. A control has to break what it is said to break, with every seed.</p>' +
    lab.statements.map(function (each, i) { return statement(lab, each, i); }).join('') + '</section>';
}

// What a control claims itself: held under it, and beside that what the same came to without it.
function own(control) {
  if (!control.claim.length) return '';
  return '<h4>What holds under it</h4>' + control.claim.map(function (each) {
    var under = each.controls[control.name];
    var tone = toneOf(under) === 'held' ? 'held' : 'failed';
    return '<article class="statement ' + tone + '"><h5>' + named(words(each.name)) + '</h5><p>' + code(each.expr) + '</p>' +
      (each.because ? '<p class="because">' + named(each.because) + '</p>' : '') + '<p class="muted"><span class="answer ' + tone + '">' +
      escaped(compared(each, under)) + '</span> under it, ' + escaped(compared(each, each.claim)) + ' as claimed</p></article>';
  }).join('');
}

var marks = {' ': ' ', '-': '-', '+': '+'};

// Unchanged lines are dim; "…" stands for those that are left out.
function changed(before, after) {
  var lines = hunks(differences(before, after), 2);
  if (!lines.length) return '';
  return '<pre class="diff" dir="ltr">' + lines.map(function (each) {
    if (each === null) return '<span class="same">  …</span>';
    var kind = each.kind === '-' ? 'gone' : each.kind === '+' ? 'new' : 'same';
    return '<span class="' + kind + '">' + marks[each.kind] + ' ' + escaped(each.text) + '</span>';
  }).join('') + '</pre>';
}

function control(lab, each) {
  var broke = each.broke.map(function (name) { return escaped(words(name)); });
  var missed = each.breaks.filter(function (name) { return each.broke.indexOf(name) < 0; });
  var diff = lab.scenario && each.scenario ? changed(lab.scenario, each.scenario) : '';
  return '<section class="control"><h2>Control: ' + named(words(each.name)) + '</h2>' + (each.about ? '<p class="about">' + named(each.about) + '</p>' : '') +
    (broke.length ? '<p>Breaks ' + broke.map(function (name) { return '<span class="tag broken">' + name + '</span>'; }).join('') + '</p>' : '') +
    (missed.length ? '<p class="answer failed">Does not break ' + escaped(missed.map(words).join(', ')) + '</p>' : '') + own(each) +
    '<h4>What it changes</h4>' + list(each.settings.map(code), 'sentences') + diff + '</section>';
}

// The scenario as it is played, with the lines that a control takes away or changes, and by whose
// name they are known.
function scenario(lab) {
  if (!lab.scenario) return '';
  var by = {};
  lab.controls.forEach(function (each) {
    if (!each.scenario) return;
    differences(lab.scenario, each.scenario).forEach(function (line) {
      if (line.kind === ' ') return;
      var at = line.kind === '+' ? Math.max(0, line.at - 1) : line.at;
      by[at] = by[at] || [];
      if (by[at].indexOf(each.name) < 0) by[at].push(each.name);
    });
  });
  var lines = lab.scenario.split('\n').map(function (text, i) {
    if (!by[i]) return '<span class="same">' + escaped(text) + '</span>';
    return '<span class="touched" title="' + escaped('changed by ' + by[i].map(words).join(', ')) + '">' + escaped(text) + '</span>';
  });
  var all = lab.settings.concat(lab.vary ? [lab.vary] : []);
  return '<section id="scenario"><h2>The scenario</h2><p class="muted">' + named(lab.file) + ', with seeds ' + escaped(lab.seeds.join(', ')) +
    '. Marked is what a control changes.</p>' + list(all.map(code), 'sentences') +
    '<details' + (lines.length <= 80 ? ' open' : '') + '><summary>' + lines.length + ' lines</summary><pre class="diff" dir="ltr">' + lines.join('') +
    '</pre></details></section>';
}

function next(lab) {
  if (!lab.try_next.length) return '';
  return '<section id="next"><h2>Try next</h2>' + list(lab.try_next.map(function (each) {
    return named(each.ask) + (each.run ? '<pre dir="ltr">' + escaped(each.run) + '</pre>' : '');
  }), 'questions') + '</section>';
}

function overTime(lab, charts, data) {
  if (!charts.length) return '';
  var found = [];
  lab.over_time.runs.forEach(function (run) {
    run.full.forEach(function (each) {
      var said = (run.control === null ? 'As claimed' : 'Under “' + words(run.control) + '”') + (run.variant ? ', ' + run.variant : '') + ': ' + each.sentence;
      if (found.length < 6 && found.indexOf(said) < 0) found.push(said);
    });
  });
  return '<section id="over_time"><h2>Over time</h2><p class="muted">What the statements are about, of each run with seed ' + escaped(lab.seeds[0]) +
    '. Amber: a resource was full. Red: a failure was under way. A dotted line: an event, as a scaling step.</p>' + list(found.map(named), 'sentences') +
    charts.map(function (chart) {
      return '<h3 class="over">' + named(chart.title) + '</h3><div class="chart" data-chart="' + chart.name + '" role="img" aria-label="' +
        escaped(chart.title + ' over time') + '" style="height:' + heightOf(chart, data) + 'px"></div>';
    }).join('') + '</section>';
}

function trace(data) {
  if (!typicalTrace.has(data)) return '';
  return figure({name: typicalTrace.name, title: 'One request, as a trace', svg: true, about: typicalTrace.about}, data)
    .replace('class="chart drawing"', 'class="chart drawing whole"');
}

// Percentiles where the claim is about how long requests take.
function latencies(data) {
  var speaks = data.lab.statements.some(function (each) { return /\bp\(|\bmean\b|\bmax\b|latency/.test(each.expr); });
  return speaks && data.experiment && percentiles.has(data);
}

// The charts of a lab are as many as it has statements and figures.
function chartsOf(data) {
  if (data.lab.charts) return data.lab.charts;
  var lab = data.lab, all = [];
  if (lab.system) all.push(topology);
  lab.statements.forEach(function (each, i) { if (isDrawn(each)) all.push(statementChart(lab, each, i)); });
  (lab.over_time ? lab.over_time.figures : []).forEach(function (each, i) { all.push(overTimeChart(lab, i)); });
  if (lab.system && typicalTrace.has(data)) all.push(typicalTrace);
  if (latencies(data)) all.push(percentiles);
  lab.charts = all;
  return all;
}

export default {
  charts: chartsOf,
  texts: {},
  title: function (data) { return (data.lab.rows.length ? data.lab.rows[0].row + ': ' : '') + data.name; },
  body: function (data) {
    var lab = data.lab, charts = chartsOf(data);
    var over = charts.filter(function (chart) { return /^over_time_/.test(chart.name); });
    return '<header><h1>' + named(data.name) + '</h1>' + (lab.about ? '<p class="about">' + named(lab.about) + '</p>' : '') +
      '<p class="muted">' + (lab.catalogue ? '<a href="' + escaped(lab.catalogue) + '">All labs</a> · ' : '') +
      escaped(lab.rows.map(function (each) { return each.row; }).join(', ') + ' · ' + lab.tool.name + ' ' + lab.tool.version) + '</p></header>' +
      lab.rows.map(row).join('') + verdict(lab) + (lab.system ? figure(topology, data) + trace(data) : '') + statements(lab) +
      lab.controls.map(function (each) { return control(lab, each); }).join('') + overTime(lab, over, data) +
      (latencies(data) ? figure(percentiles, data) : '') + scenario(lab) + next(lab) +
      (data.experiment ? numbers(data) : '');
  }
};
