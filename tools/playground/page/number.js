// The number that a cursor is on, for a slider: a bare one, or one with its unit in a text ("1000/s",
// "5%", "$0.2/h", "12.5ms").
import {tokensOf} from './json_place.js';

const kNumber = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

// {from, to, value, digits} of the number's digits in the text; null when there is none. Only what is a
// value: names, and words like "2024-01-01", have no slider.
export function numberAt(text, offset) {
  const tokens = tokensOf(text);
  const at = tokens.findIndex(token => token.from <= offset && offset <= token.to && token.type !== 'punctuation');
  if (at < 0 || tokens[at].type === 'comment') return null;
  const token = tokens[at], written = text.slice(token.from, token.to);
  if (tokens[at + 1] && text[tokens[at + 1].from] === ':') return null;
  const inside = token.type === 'string' ? written.slice(1, -1) : written;
  if (/^\d{4}-\d\d/.test(inside) || /\d[:.]\d+[:.]\d/.test(inside)) return null;
  const found = [...written.matchAll(kNumber)].map(match => ({from: token.from + match.index, to: token.from + match.index + match[0].length, written: match[0]}))
    .filter(each => !/[A-Za-z_]/.test(text[each.from - 1] ?? ''));
  const near = found.find(each => each.from <= offset && offset <= each.to) ?? (found.length === 1 ? found[0] : null);
  if (!near || Number(near.written) === 0) return null;
  return {from: near.from, to: near.to, value: Number(near.written), digits: (near.written.split('.')[1] ?? '').replace(/e.*/i, '').length};
}

// A share of a number's value, from half to double, written as it was: whole numbers stay whole, and
// others get a digit more than they had.
export function scaled(number, share) {
  const value = number.value * share;
  if (number.digits === 0 && Number.isInteger(number.value) && Math.abs(number.value) >= 4) return String(Math.round(value));
  if (number.digits === 0 && Number.isInteger(number.value)) return String(Math.max(1, Math.round(Math.abs(value))) * Math.sign(number.value));
  const size = Math.max(0, Math.min(12, number.digits + 1));
  const text = value.toFixed(size);
  return Number(text) === 0 ? String(number.value) : text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}
