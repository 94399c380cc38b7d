// The page of one run: what happened and what limited it on the first screen, then the charts.
import charts from '../run/all.js';
import {shown} from '../run/theory.js';
import {clock, happenings} from '../parts/axes.js';
import {postmortem} from './postmortem.js';
import {blastRadius, recovery} from './recovery.js';
import {duration, grouped, hasFailed, money, percent, plain, ranked, rate, words} from '../parts/words.js';
import {escaped} from '../parts/words.js';
import {remarks, spanName} from '../run/traces.js';
import {contents, figure, named, table, tile} from './parts.js';

// "p(99) < 1s" is a time, "availability >= 99.9%" a share: run.json gives times in milliseconds.
function valueOf(each) {
  if (each.failed) return 'failed' + (each.waited_ms === null ? '' : ' (waited ' + duration(each.waited_ms) + ')');
  if (each.value === null) return 'nothing to say';
  if (/%/.test(each.expr)) return percent(each.value);
  if (/\d\s*(ns|us|ms|s|min|h)\b/.test(each.expr)) return duration(each.value);
  return plain(each.value);
}

function verdict(data) {
  var all = data.run.expect || [], held = all.filter(function (each) { return each.held; }).length;
  var tone = all.length === 0 ? 'none' : held === all.length ? 'held' : 'crossed';
  var said = all.length === 0 ? 'Nothing was expected of this run'
    : held === all.length ? (all.length === 1 ? 'What was expected held' : 'All ' + all.length + ' expectations held')
      : (all.length - held) + ' of ' + all.length + ' expectation' + (all.length > 1 ? 's' : '') + ' crossed';
  return '<section class="verdict ' + tone + '"><h2>' + said + '</h2><p class="limit">' + named(data.drawn.limits.sentence) +
    '</p><ul>' + all.map(function (each) {
    return '<li class="' + (each.held ? 'held' : 'crossed') + '"><b>' + (each.held ? 'held' : 'crossed') + '</b> <code>' +
      escaped(each.expr) + '</code> <span>was ' + escaped(valueOf(each)) + '</span></li>';
  }).join('') + '</ul></section>';
}

function interval(run, group, name, format) {
  var pair = run.ci95 && run.ci95[group] && run.ci95[group][name];
  return pair ? '95 %: ' + format(pair[0]) + ' to ' + format(pair[1]) : '';
}

function tiles(data) {
  var run = data.run, latency = run.latency_ms, totals = run.totals;
  function at(name, title, percentile) {
    var enough = latency.count * (100 - percentile) / 100 >= 10;
    if (hasFailed(latency, name)) return tile(title, 'failed', 'waited ' + duration(latency.failed_after[name]), 'bad');
    return tile(title, latency.count ? duration(latency[name]) : '–',
      interval(run, 'latency_ms', name, duration) || (enough ? '' : 'few requests'));
  }
  return '<section class="tiles">' +
    tile('available', percent(totals.availability), interval(run, 'totals', 'availability', percent) ||
      percent(totals.availability_by_time) + ' of time', totals.availability < 0.99 ? 'bad' : '') +
    tile('served', rate(totals.throughput_rps), 'of ' + rate(totals.offered / (run.simulated_s - run.warm_up_s) / run.replications) + ' offered') +
    at('p50', 'p50', 50) + at('p95', 'p95', 95) + at('p99', 'p99', 99) +
    tile('cost', money(totals.cost_usd_per_month), 'a month') + '</section>';
}

// Where the intervals of a single run come from, or why it has none.
function basis(run) {
  var ci = run.ci95;
  if (!ci || ci.by !== 'batches') return '';
  var text = ci.why_none ? 'No confidence intervals: ' + ci.why_none + '. More replications give some.'
    : '95 % intervals are by the batches of this one run, each an equal part of its time.';
  return '<p class="muted basis">' + escaped(text) + '</p>';
}

var outcomes = ['succeeded', 'rejected', 'timed_out', 'failed', 'in_flight'];

// All requests as one bar, so that shares are seen before they are read.
function outcomeBar(data) {
  var totals = data.run.totals;
  var seen = outcomes.filter(function (name) { return totals[name] > 0; });
  return '<section class="outcomes"><div class="bar">' + seen.map(function (name) {
    return '<i class="' + name + '" style="flex-grow:' + totals[name] / totals.offered * 1000 + '"></i>';
  }).join('') + '</div><p>' + grouped(totals.offered) + ' requests: ' + seen.map(function (name) {
    return '<span class="key ' + name + '">' + grouped(totals[name]) + ' ' + words(name) + '</span>';
  }).join(' ') + '</p>' + (totals.censored >= 0.001 ? '<p class="muted">' + percent(totals.censored) +
    ' of those offered had not ended when the run did: no percentile includes them.</p>' : '') + '</section>';
}

// Beside the percentiles of all, in which failures rank after successes, those of each alone.
function byOutcome(data) {
  var latency = data.run.latency_ms, names = ['p50', 'p90', 'p95', 'p99', 'p99_9', 'max'];
  if (!latency.failed) return '';
  function row(title, of) {
    return [title, grouped(of.count), duration(of.count ? of.mean : null)].concat(names.map(function (name) {
      return of.count ? duration(of[name]) : '–';
    }));
  }
  var all = ['all', grouped(latency.count), ''].concat(names.map(function (name) { return ranked(latency, name); }));
  return '<section id="by_outcome"><h2>Latency by outcome</h2>' + table(['of', '#requests', '#mean', '#p50', '#p90', '#p95', '#p99',
    '#p99.9', '#max'], [all, row('succeeded', latency.succeeded), row('failed', latency.failed)]) +
    '<p class="muted">Of all, a request that failed ranks after any that succeeded, however soon it failed.</p></section>';
}

function nodes(data) {
  var measured = (data.run.simulated_s - data.run.warm_up_s) * data.run.replications;
  var rows = Object.keys(data.run.nodes).map(function (name) {
    var node = data.run.nodes[name];
    return [named(name), escaped(words(node.kind)), plain(node.instances || null), rate(node.totals.offered / measured),
      percent(node.totals.availability), ranked(node.latency_ms, 'p50'), ranked(node.latency_ms, 'p99'),
      node.utilisation === null ? '–' : percent(node.utilisation),
      node.cost_usd > 0 ? money(node.cost_usd / data.run.totals.cost_usd * data.run.totals.cost_usd_per_month) : '–'];
  });
  return '<section id="nodes"><h2>Every node</h2>' + table(['node', 'kind', '#instances', '#requests', '#succeeded', '#p50',
    '#p99', '#busy', '#a month'], rows) + '</section>';
}

function short(value) {
  return Math.abs(value) >= 0.01 || value === 0 ? plain(value) : String(Number(value.toPrecision(3)));
}

// From what was used to money, the dearest first; then what has no price.
function usages(data) {
  var rows = [], totals = data.run.totals;
  Object.keys(data.run.nodes).forEach(function (name) {
    (data.run.nodes[name].usages || []).forEach(function (each) { rows.push({node: name, each: each}); });
  });
  if (!rows.some(function (row) { return row.each.usd > 0; })) return '';
  rows.sort(function (a, b) { return (b.each.usd || 0) - (a.each.usd || 0); });
  var book = (data.resolved().prices || {}).date;
  var sums = ['$' + short(totals.cost_usd) + ' in the measured time, ' + money(totals.cost_usd_per_month) + ' in a month of 730 hours at this rate'];
  if (totals.cost_usd_per_request) sums.push('$' + short(totals.cost_usd_per_request) + ' for a request that succeeded');
  if (totals.cost_usd_per_1000_users) sums.push(money(totals.cost_usd_per_1000_users) + ' a month for 1,000 users');
  if (totals.downtime_usd !== undefined) sums.push('besides, downtime cost $' + short(totals.downtime_usd));
  return '<section id="usages"><h2>From usage to money</h2><p class="muted">' + escaped(sums.join('; ') + '.' +
    (book ? ' Prices of ' + book + '.' : '')) + '</p>' + table(['node', 'used', '#amount', 'unit', '#of it idle', '#price', '#money', 'whose price'],
    rows.slice(0, 60).map(function (row) {
      var each = row.each, priced = each.usd_each !== null;
      return [named(row.node), escaped(words(each.item)) + (each.of ? ', ' + named(each.of) : ''), short(each.amount), escaped(each.unit),
        each.idle === undefined ? '–' : short(each.idle), priced ? '$' + short(each.usd_each) : 'none',
        priced ? '$' + short(each.usd) : '–', priced ? named(each.source) : '–'];
    })) + '</section>';
}

// Requests told apart by what they carry: a segment, a locale, an endpoint.
function parts(data) {
  var rows = [];
  Object.keys(data.run.nodes).forEach(function (name) {
    var splits = data.run.nodes[name].splits || {};
    Object.keys(splits).forEach(function (by) {
      Object.keys(splits[by]).forEach(function (part) {
        var each = splits[by][part];
        rows.push([named(name), named(words(by)), named(part), grouped(each.totals.offered), percent(each.totals.availability),
          each.latency_ms.count ? ranked(each.latency_ms, 'p50') : '–',
          each.latency_ms.count >= 1000 ? ranked(each.latency_ms, 'p99') : '–']);
      });
    });
  });
  if (!rows.length) return '';
  return '<section id="parts"><h2>Told apart</h2>' + table(['node', 'by', 'which', '#offered', '#succeeded', '#p50', '#p99'],
    rows.slice(0, 100)) + '</section>';
}

// How well caches do, and how retries multiply the load.
function ratios(data) {
  var rows = [];
  Object.keys(data.run.nodes).forEach(function (name) {
    var node = data.run.nodes[name], hits = node.hit_ratio, retries = node.retries;
    var offered = node.totals.offered / data.run.replications;
    if (typeof hits !== 'number' && !(retries > 0)) return;
    rows.push([named(name), typeof hits === 'number' ? percent(hits) : '', retries > 0 ? grouped(retries) : '',
      retries > 0 && offered > 0 ? plain(1 + retries / offered) : '']);
  });
  if (!rows.length) return '';
  return '<section id="ratios"><h2>Caches and retries</h2>' + table(['node', '#hit ratio', '#retries', '#calls for each request'],
    rows.slice(0, 60)) + '</section>';
}

function causes(data) {
  var rows = [];
  function add(where, all) {
    Object.keys(all || {}).forEach(function (cause) { rows.push([where, escaped(words(cause)), grouped(all[cause])]); });
  }
  add('what users saw', data.run.causes);
  Object.keys(data.run.nodes).forEach(function (name) {
    if (!data.clients[name]) add(named(name), data.run.nodes[name].causes);
  });
  if (!rows.length) return '';
  return '<section id="causes"><h2>What went wrong</h2>' + table(['where', 'cause', '#requests'], rows.slice(0, 60)) + '</section>';
}

function incidents(data) {
  var all = happenings(data.run), end = data.run.simulated_s;
  if (!all.length) return '';
  var rows = all.slice(0, 60).map(function (each) {
    return [clock(each.at, end), named(each.node), '<span class="event ' + each.tone + '">' + named(each.what) + '</span>',
      escaped(each.class), grouped(each.times),
      each.until === null ? '' : clock(each.until, end), named(each.detail)];
  });
  return '<section id="incidents"><h2>What happened</h2>' + table(['#at', 'node', 'what', 'class', '#times', '#until', 'the first'], rows) +
    '<p class="muted">Every single one is in events.csv.</p></section>';
}

function theory(data) {
  var all = data.run.theory || [];
  if (!all.length) return '';
  return '<section id="theory_table"><h2>What theory says</h2>' + table(['node', 'quantity', '#predicted', '#measured', 'remark'],
    all.map(function (each) {
      return [named(each.node), escaped(words(each.quantity)), shown(each.predicted, each.unit),
        shown(each.measured, each.unit), escaped(each.why_not || '')];
    })) + '</section>';
}

function limits(data) {
  return '<section id="limits"><h2>What limits it, and what would next</h2><ul class="sentences">' +
    data.drawn.limits.sentences.map(function (each) { return '<li>' + named(each) + '</li>'; }).join('') + '</ul></section>';
}

function spans(trace) {
  return table(['node', 'what', '#begins', '#takes', '#waited for', 'remark'], trace.spans.map(function (span) {
    var waited = span.critical.reduce(function (sum, at, i) { return i % 2 ? sum + at - span.critical[i - 1] : sum; }, 0);
    return [named(span.instance), '<span style="padding-left:' + Math.min(12, span.depth) + 'em">' + named(spanName(span)) + '</span>',
      duration(span.begin_ms), duration(span.ms), waited > 0 ? duration(waited) : '', named(remarks(span))];
  }));
}

// Some requests, of which one is chosen: without a script, as a table of its spans.
function traces(data, shown) {
  return '<figure id="traces" class="choice"><figcaption><h2>One request</h2><p>' + named(data.drawn.traces.kept) +
    ' A bar is a span, in the colour of its node; the line in it is what the request waited for.</p></figcaption>' +
    shown.map(function (chart, i) {
      return '<input type="radio" name="trace" id="pick_' + i + '" data-group="traces"' + (i ? '' : ' checked') + '><label for="pick_' + i +
        '">' + chart.title + '</label>';
    }).join('') + shown.map(function (chart) {
    return '<div class="chosen"><p class="muted">' + named(chart.about(data)) + '</p><div class="chart drawing whole" data-chart="' + chart.name +
      '" role="img" aria-label="' + chart.title + '"></div><details class="instead" open><summary>Its spans as a table</summary>' +
      spans(chart.trace(data)) + '</details></div>';
  }).join('') + '</figure>';
}

function scenario(data) {
  return '<section id="scenario"><h2>The scenario</h2><p class="muted">' + named(data.run.scenario.file) +
    ', every default filled in</p><details><summary>Show it</summary><pre dir="ltr" data-json="scenario"></pre></details></section>';
}

export default {
  charts: charts,
  title: function (data) { return data.name; },
  // What is shown only when somebody wants to see it.
  texts: {scenario: function (data) { return JSON.stringify(data.resolved(), null, 2); }},
  body: function (data) {
    var run = data.run;
    var drawn = charts.filter(function (chart) { return chart.has(data); });
    var requests = drawn.filter(function (chart) { return chart.group; });
    var after = {topology: limits(data), theory: theory(data)};
    var rest = drawn.map(function (chart) {
      if (chart.group) return chart === requests[0] ? traces(data, requests) : '';
      return figure(chart, data) + (after[chart.name] || '');
    }).join('') + (drawn.some(function (chart) { return chart.name === 'theory'; }) ? '' : theory(data)) +
      nodes(data) + usages(data) + parts(data) + ratios(data) + causes(data) + recovery(run) + blastRadius(run) + incidents(data) + postmortem(data) +
      scenario(data);
    var outcome = byOutcome(data);
    var about = data.drawn.about ? '<p class="about">' + named(data.drawn.about) + '</p>' : '';
    return '<header><h1>' + named(data.name) + '</h1>' + about + '<p class="muted">' +
      escaped(clock(run.simulated_s, run.simulated_s) + ' simulated' +
        (run.warm_up_s > 0 ? ', of which ' + clock(run.warm_up_s, run.warm_up_s) + ' warm-up' : '') +
        (run.replications > 1 ? ', ' + run.replications + ' replications' : '') + ' · seed ' + run.seed + ' · fingerprint ' +
        run.fingerprint + ' · ' + run.tool.name + ' ' + run.tool.version) + '</p></header>' +
      verdict(data) + tiles(data) + basis(run) + outcomeBar(data) + contents(outcome + rest) + outcome + rest;
  }
};
