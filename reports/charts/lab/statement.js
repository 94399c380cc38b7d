// One statement of a lab: a row for the claim and for each control, a dot a seed for its left side,
// and a line for what that is compared with.
import {font} from '../parts/theme.js';
import {escaped, shortened} from '../parts/words.js';
import {asked, compared, nameOf, signOf, toneOf} from './settings.js';

var high = 26;

function n(value) { return String(Math.round(value * 10) / 10); }

function finite(value) { return typeof value === 'number' && isFinite(value); }

// From the least to the most of both sides, and zero unless they lie decades apart.
function scaleOf(rows) {
  var all = [];
  rows.forEach(function (row) {
    row.seeds.forEach(function (each) { all.push(each.left_value, each.right_value); });
  });
  all = all.filter(finite);
  var low = Math.min.apply(null, all), most = Math.max.apply(null, all);
  if (low > 0 && most / low > 200) {
    return function (value) { return value <= low ? 0 : Math.log(value / low) / Math.log(most / low); };
  }
  low = Math.min(0, low);
  return function (value) { return most === low ? 0.5 : (value - low) / (most - low); };
}

export function isDrawn(statement) {
  return asked(statement).some(function (row) {
    return row.seeds.some(function (each) { return finite(each.left_value) && finite(each.right_value); });
  });
}

function dot(x, y, colour, theme, seed) {
  var said = 'seed ' + seed.number + ': ' + seed.left + ' against ' + seed.right + ', ' + seed.answer;
  return '<circle cx="' + n(x) + '" cy="' + n(y) + '" r="4.5" fill="' + colour + '" fill-opacity="0.75" stroke="' + theme.page +
    '"><title>' + escaped(said) + '</title></circle>';
}

function rect(x, y, width, height, fill, more) {
  return '<rect x="' + n(x) + '" y="' + n(y) + '" width="' + n(Math.max(0, width)) + '" height="' + height + '" fill="' + fill + '"' + more + '/>';
}

// Where the left side may lie, as light as the line itself is dark.
function allowed(sign, at, from, to, y, theme) {
  if (sign === '<' || sign === '<=') return rect(from, y - 5, at - from, 10, theme.succeeded, ' fill-opacity="0.16"');
  if (sign === '>' || sign === '>=') return rect(at, y - 5, to - at, 10, theme.succeeded, ' fill-opacity="0.16"');
  return '';
}

function text(x, y, colour, content, more) {
  return '<text x="' + n(x) + '" y="' + n(y) + '" font-size="12" fill="' + colour + '"' + (more || '') + '>' + escaped(content) + '</text>';
}

function drawnRow(statement, row, i, place, scale, theme, seeds) {
  var y = i * high + high / 2, tone = toneOf(row.seeds), sign = signOf(statement.expr);
  var colour = tone === 'held' ? theme.succeeded : tone === 'failed' ? theme.failed : theme.muted;
  var out = text(0, y + 4, row.control === null ? theme.ink : theme.muted, shortened(nameOf(row.control), place.letters),
    row.control === null ? ' font-weight="600"' : '');
  function x(value) { return place.left + (place.right - place.left) * Math.max(0, Math.min(1, scale(value))); }
  out += rect(place.left, y - 0.5, place.right - place.left, 1, theme.line, '');
  var rights = row.seeds.map(function (each) { return each.right_value; }).filter(finite);
  if (rights.length) {
    var strictest = (/</.test(sign) ? Math.min : Math.max).apply(null, rights);
    out += allowed(sign, x(strictest), place.left, place.right, y, theme);
  }
  rights.filter(function (each, k) { return rights.indexOf(each) === k; }).forEach(function (each) {
    out += rect(x(each) - 1, y - 9, 2, 18, theme.ink, '');
  });
  row.seeds.forEach(function (each, k) {
    var seed = {number: seeds[k], left: each.left, right: each.right, answer: each.answer};
    var of = each.answer === 'held' ? theme.succeeded : each.answer === 'failed' ? theme.failed : theme.muted;
    if (finite(each.left_value)) out += dot(x(each.left_value), y, of, theme, seed);
  });
  var mark = tone === 'held' ? '✓ ' : tone === 'failed' ? '✕ ' : '– ';
  var said = shortened(mark + compared(statement, row.seeds), place.said);
  return out + (place.small ? text(place.right, y - 11, colour, said, ' text-anchor="end" paint-order="stroke" stroke="' + theme.page + '" stroke-width="4"')
    : text(place.right + 14, y + 4, colour, said));
}

export function statementChart(lab, statement, index) {
  var rows = asked(statement);
  return {
    name: 'statement_' + (index + 1),
    title: statement.name,
    is_part: true,
    fluid: true,
    has: function () { return isDrawn(statement); },
    about: function () { return statement.expr; },
    svg: function (data, theme, size) {
      var small = size.width < 560, width = size.width, left = small ? 92 : Math.min(230, Math.round(width * 0.2));
      var place = {left: left + 10, right: small ? width - 8 : width - Math.round(width * 0.3), small: small,
        letters: Math.floor(left / 6.6), said: Math.floor((small ? width - left - 10 : width * 0.3 - 14) / 6.9)};
      var scale = scaleOf(rows), tall = small ? high + 18 : high;
      return '<svg xmlns="http://www.w3.org/2000/svg" width="' + width + '" height="' + rows.length * tall + '" viewBox="0 0 ' + width +
        ' ' + rows.length * tall + '" font-family="' + escaped(font) + '">' + rows.map(function (row, i) {
        return '<g transform="translate(0 ' + (small ? i * 18 + 12 : 0) + ')">' + drawnRow(statement, row, i, place, scale, theme, lab.seeds) + '</g>';
      }).join('') + '</svg>';
    }
  };
}
