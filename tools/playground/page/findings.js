// What a check found, as marks in the text.
import {rangeOf, tokensOf} from './json_place.js';

// The offset of a line and column, both from 1; columns are counted in characters, not in UTF-16.
function offsetOf(text, line, column) {
  let at = 0;
  for (let i = 1; i < line; ++i) {
    const end = text.indexOf('\n', at);
    if (end < 0) return at;
    at = end + 1;
  }
  for (let i = 1; i < column && at < text.length && text[at] !== '\n'; ++i) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

function lineOf(text, offset) {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) ++line;
  return line;
}

// A warning begins with the name of the node that it is about, in quotes.
function nodeOf(message) {
  const named = message.match(/^"((?:[^"\\]|\\.)*)"/);
  return named ? `/nodes/${named[1].replaceAll('~', '~0').replaceAll('/', '~1')}` : null;
}

// [{from, to, line, kind, message, hint}], of a spate.check/1. What is about no place in this text has
// line 0.
export function marksOf(text, name, check) {
  const tokens = tokensOf(text);
  const mark = (kind, finding) => {
    let from = 0, to = 0, line = 0;
    if (finding.line && finding.file === name) {
      from = offsetOf(text, finding.line, finding.column || 1);
      const token = tokens.find(each => each.from <= from && from < each.to);
      ({from, to} = token ?? {from, to: Math.min(text.length, from + 1)});
      line = finding.line;
    } else if (!finding.line) {
      const range = rangeOf(text, finding.path || nodeOf(finding.message) || '/');
      if (range) ({from, to} = range.name ?? {from: range.from, to: Math.min(range.to, range.from + 1)}), line = lineOf(text, from);
    }
    return {kind, from, to, line, message: finding.message, hint: finding.hint ?? ''};
  };
  return [...check.problems.map(each => mark('problem', each)), ...check.warnings.map(each => mark('warning', each))];
}
