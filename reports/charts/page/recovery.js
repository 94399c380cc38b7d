// How long it took until somebody knew, and until users were answered again; and who was hurt meanwhile.
import {duration, escaped, grouped, percent} from '../parts/words.js';
import {named, table} from './parts.js';

function seconds(value) {
  return value === null || value === undefined ? '–' : duration(value * 1000);
}

// Each is the mean over all incidents, from the end of the one before it; the last two from the beginning.
var steps = [['mttd_s', 'detected', 'until the first alert (MTTD)'],
  ['mtta_s', 'acknowledged', 'from the alert until somebody takes it (MTTA)'],
  ['diagnosis_s', 'diagnosed', 'from the acknowledgement'], ['fix_s', 'fixed', 'from the diagnosis'],
  ['verification_s', 'verified', 'from the fix'], ['mttr_s', 'recovered', 'from the beginning until users are answered (MTTR)']];

export function recovery(run) {
  var all = run.recovery || {};
  var rows = [];
  Object.keys(all).forEach(function (name) {
    steps.forEach(function (step) {
      var value = all[name][step[0]];
      if (value !== null && value !== undefined) rows.push([escaped(step[1]), seconds(value), escaped(step[2])]);
    });
  });
  var counts = Object.keys(all).map(function (name) {
    return grouped(all[name].count) + ' ' + name + ', of which ' + grouped(all[name].hurting) + ' hurt users' +
      (all[name].unrecovered > 0 ? ' and ' + grouped(all[name].unrecovered) + ' are not over' : '');
  });
  if (!counts.length) return '';
  return '<section id="recovery"><h2>Recovery</h2><p class="muted">' + named(counts.join('; ')) + '</p>' +
    (rows.length ? table(['step', '#mean time', 'reckoned'], rows) : '') + '</section>';
}

export function blastRadius(run) {
  var all = run.blast_radius || {};
  var hurt = Object.keys(all).filter(function (name) { return all[name].failed > 0; });
  if (!Object.keys(all).length) return '';
  hurt.sort(function (a, b) { return all[b].failed - all[a].failed; });
  var rows = hurt.slice(0, 60).map(function (name) {
    var each = all[name];
    return [named(name), escaped(each.of), grouped(each.ended), grouped(each.failed), percent(each.share)];
  });
  return '<section id="blast_radius"><h2>Blast radius</h2>' + (rows.length ?
    table(['who', 'is', '#requests ended', '#failed', '#share'], rows) : '') + '<p class="muted">' +
    (rows.length ? 'From when it began until users were answered again.' : 'Nobody was hurt.') + '</p></section>';
}
