// How a lab is played: as it is claimed, and under each of its controls.
import {words} from '../parts/words.js';

export var claimed = 'as claimed';

export function nameOf(control) {
  return control === null ? claimed : words(control);
}

// What one statement came to in every setting that it was asked in.
export function asked(statement) {
  return [{control: null, seeds: statement.claim}].concat(Object.keys(statement.controls).map(function (name) {
    return {control: name, seeds: statement.controls[name]};
  }));
}

// Both sides of a comparison with all seeds: "4", or "3.9 to 4.2" where they differ.
function spread(seeds, side) {
  var said = [];
  seeds.slice().sort(function (a, b) { return (a[side + '_value'] || 0) - (b[side + '_value'] || 0); }).forEach(function (each) {
    if (each[side] !== null && said.indexOf(each[side]) < 0) said.push(each[side]);
  });
  return said.length > 1 ? said[0] + ' to ' + said[said.length - 1] : said[0] || null;
}

var signs = {'<=': '≤', '>=': '≥', '==': '=', '!=': '≠', '<': '<', '>': '>'};

// The comparison of a statement; brackets hold names of variants, which may have any sign in them.
export function signOf(expr) {
  var found = /<=|>=|==|!=|<|>/.exec(expr.replace(/\[[^\]]*\]/g, ''));
  return found ? found[0] : '';
}

// "4 = 4" with the sign of the statement; what came of it where there is nothing to compare.
export function compared(statement, seeds) {
  var left = spread(seeds, 'left'), right = spread(seeds, 'right');
  if (left === null) return toneOf(seeds) === 'undefined' ? 'nothing to compare' : toneOf(seeds);
  return right === null ? left : left + ' ' + (signs[signOf(statement.expr)] || '/') + ' ' + right;
}

// "held", "failed", "undefined", or "mixed" where seeds differ.
export function toneOf(seeds) {
  var first = seeds.length ? seeds[0].answer : 'undefined';
  return seeds.every(function (each) { return each.answer === first; }) ? first : 'mixed';
}
