// Where a place in a text of JSON is, though the text may be unfinished: somebody is writing it.

const kSpace = /\s/;

// The tokens of a text: {type, from, to}, of types punctuation (one character), string, comment, and
// word (numbers, true, what is wrong). A string that has no end ends with its line.
export function tokensOf(text) {
  const tokens = [];
  for (let at = 0; at < text.length;) {
    const from = at, c = text[at];
    if (kSpace.test(c)) { ++at; continue; }
    let type = 'word';
    if (c === '"') {
      type = 'string';
      for (++at; at < text.length && text[at] !== '"' && text[at] !== '\n'; ++at) if (text[at] === '\\') ++at;
      if (text[at] === '"') ++at;
      at = Math.min(at, text.length);
    } else if (c === '/' && text[at + 1] === '/') {
      type = 'comment';
      while (at < text.length && text[at] !== '\n') ++at;
    } else if (c === '/' && text[at + 1] === '*') {
      type = 'comment';
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 2;
    } else if ('{}[]:,'.includes(c)) {
      type = 'punctuation';
      ++at;
    } else {
      while (at < text.length && !kSpace.test(text[at]) && !'{}[]:,"'.includes(text[at])) ++at;
    }
    tokens.push({type, from, to: at});
  }
  return tokens;
}

function valueOf(text, token) {
  const written = text.slice(token.from, token.to);
  try {
    return JSON.parse(token.type === 'string' && !/^"(?:[^"\\]|\\.)*"$/.test(written) ? written + '"' : written);
  } catch {
    return written.replaceAll('"', '');
  }
}

// What stands at an offset: {path, isKey, token, value, siblings}. The path leads to the value (or, of a
// name, to the object that it is in), `siblings` is what the nearest object has besides, as far as it can
// be read: names and, of texts, numbers and words, their values. `token` is the one that the offset is in
// or at the end of; none between tokens. Null within a comment.
export function placeAt(text, offset) {
  const tokens = tokensOf(text);
  const stack = [];
  let current = null;
  for (const token of tokens) {
    if (token.from >= offset) break;
    const within = offset <= token.to && token.type !== 'punctuation';
    if (token.type === 'comment') {
      if (offset < token.to || (within && text[token.from + 1] === '/')) return null;
      continue;
    }
    if (within) { current = token; break; }
    const top = stack[stack.length - 1];
    const written = text.slice(token.from, token.to);
    if (written === '{' || written === '[') stack.push({list: written === '[', key: null, index: 0, awaits: 'key', from: token.to});
    else if (written === '}' || written === ']') stack.pop();
    else if (!top) continue;
    else if (written === ',') { top.awaits = 'key'; top.key = null; if (top.list) ++top.index; }
    else if (written === ':') top.awaits = 'value';
    else if (top.awaits === 'key' && !top.list) top.key = valueOf(text, token);
  }
  const top = stack[stack.length - 1];
  if (!top) return {path: [], isKey: false, token: current, value: undefined, siblings: {}};
  const isKey = !top.list && top.awaits === 'key';
  const path = stack.slice(0, -1).map(level => level.list ? level.index : level.key);
  if (!isKey) path.push(top.list ? top.index : top.key);
  return {path, isKey, token: current, value: current ? valueOf(text, current) : undefined,
    siblings: top.list ? {} : membersFrom(text, tokens, top.from, current)};
}

// The members of the object whose first token is at an offset or after it, but for the one being written.
function membersFrom(text, tokens, from, written) {
  const members = {};
  let depth = 0, key = null, awaitsValue = false;
  for (const token of tokens) {
    if (token.from < from || token.type === 'comment') continue;
    const each = text.slice(token.from, token.to);
    if (each === '}' || each === ']') { if (depth-- === 0) break; }
    else if (each === '{' || each === '[') {
      if (depth === 0 && awaitsValue) members[key] = undefined;
      ++depth;
    } else if (depth > 0) continue;
    else if (each === ':') awaitsValue = true;
    else if (each === ',') { key = null; awaitsValue = false; }
    else if (awaitsValue) members[key] = valueOf(text, token);
    else if (token !== written) { key = valueOf(text, token); }
  }
  return members;
}

// Every object on the way to a path, as its plain members, the outermost first: what kind each is.
export function membersOnTheWay(text, offset) {
  const tokens = tokensOf(text), stack = [];
  for (const token of tokens) {
    if (token.to > offset || token.type === 'comment') { if (token.from >= offset) break; continue; }
    const each = text.slice(token.from, token.to);
    if (each === '{' || each === '[') stack.push(each === '[' ? null : token.to);
    else if (each === '}' || each === ']') stack.pop();
  }
  return stack.map(from => from === null ? {} : membersFrom(text, tokens, from, null));
}

// Where a JSON pointer's value is in a text, or the name that it has there: {from, to, name}; null when
// there is no such place.
export function rangeOf(text, pointer) {
  const wanted = pointer.split('/').slice(1).map(each => each.replaceAll('~1', '/').replaceAll('~0', '~'));
  const tokens = tokensOf(text).filter(token => token.type !== 'comment');
  let at = 0;
  const written = () => tokens[at] && text.slice(tokens[at].from, tokens[at].to);
  // Past one value; its range.
  function value() {
    const from = tokens[at]?.from;
    let depth = 0;
    do {
      const each = written();
      if (each === '{' || each === '[') ++depth;
      if (each === '}' || each === ']') --depth;
      ++at;
    } while (depth > 0 && at < tokens.length);
    return from === undefined ? null : {from, to: tokens[at - 1].to};
  }
  let named = null;
  for (const name of wanted) {
    named = null;
    const open = written();
    if (open !== '{' && open !== '[') return null;
    ++at;
    for (let index = 0; ; ++index) {
      if (at >= tokens.length || written() === '}' || written() === ']') return null;
      let key = String(index);
      const first = tokens[at];
      if (open === '{') { key = String(valueOf(text, first)); at += 2; }
      if (key === name) { if (open === '{') named = first; break; }
      value();
      if (written() === ',') ++at;
    }
  }
  return at < tokens.length ? {...value(), name: named} : null;
}
