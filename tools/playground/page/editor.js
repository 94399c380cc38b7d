// A text with what is wrong with it shown in place, colours, line numbers and offers to complete it: a
// text area, with a drawing of the same text behind it.
import {tokensOf} from './json_place.js';

const kLongest = 400_000;  // a longer text is shown without colours

function element(name, className, parent) {
  const made = document.createElement(name);
  made.className = className;
  parent?.append(made);
  return made;
}

// Each line's first offset.
function linesOf(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export class Editor {
  constructor(place, {onInput, onPlace}) {
    Object.assign(this, {onInput, onPlace, marks: []});
    this.gutter = element('div', 'gutter', place);
    const pane = element('div', 'pane', place);
    this.drawing = element('pre', 'drawing', pane);
    this.drawing.setAttribute('aria-hidden', 'true');
    this.area = element('textarea', 'area', pane);
    Object.assign(this.area, {spellcheck: false, wrap: 'off', autocomplete: 'off'});
    this.area.setAttribute('aria-label', 'The scenario, as JSON');
    this.area.setAttribute('autocapitalize', 'off');
    this.popup = element('ul', 'offers', pane);
    this.popup.setAttribute('role', 'listbox');
    this.popup.hidden = true;
    this.area.addEventListener('input', () => { this.draw(); this.onInput(); });
    this.area.addEventListener('scroll', () => this.follow());
    this.area.addEventListener('keydown', event => this.key(event));
    for (const name of ['click', 'keyup']) this.area.addEventListener(name, () => this.onPlace());
    this.area.addEventListener('blur', () => setTimeout(() => this.closeOffers(), 150));
  }

  get text() { return this.area.value; }
  get offset() { return this.area.selectionStart; }

  // As if it had been opened: undo does not lead back.
  set text(text) {
    this.area.value = text;
    this.area.setSelectionRange(0, 0);
    this.area.scrollTo(0, 0);
    this.marks = [];
    this.draw();
  }

  // As if somebody had typed it, so that undo leads back.
  replace(from, to, text) {
    this.area.focus({preventScroll: true});
    this.area.setSelectionRange(from, to);
    if (!document.execCommand('insertText', false, text)) {
      this.area.setRangeText(text, from, to, 'end');
      this.draw();
      this.onInput();
    }
  }

  // Without a place in the history of undo: what a slider does many times a second.
  replaceQuietly(from, to, text) {
    const {scrollTop, scrollLeft} = this.area;
    this.area.setRangeText(text, from, to, 'end');
    this.area.scrollTo(scrollLeft, scrollTop);
    this.draw();
  }

  // What is wrong: [{from, to, line, kind, message, hint}]; `kind` is problem or warning.
  mark(marks) {
    this.marks = marks;
    this.draw();
  }

  draw() {
    const text = this.text;
    this.drawing.replaceChildren(this.coloured(text));
    const lines = linesOf(text), marked = new Map();
    for (const mark of this.marks) if (!marked.has(mark.line)) marked.set(mark.line, mark);
    this.gutter.replaceChildren(...lines.map((_, i) => {
      const number = document.createElement('div'), mark = marked.get(i + 1);
      number.textContent = String(i + 1);
      if (mark) {
        number.className = mark.kind;
        number.title = mark.message + (mark.hint ? `\n${mark.hint}` : '');
      }
      return number;
    }));
    this.follow();
  }

  coloured(text) {
    const all = document.createDocumentFragment();
    if (text.length > kLongest) {
      all.append(text + '\n');
      return all;
    }
    const tokens = tokensOf(text), cuts = new Set([0, text.length]);
    for (const each of [...tokens, ...this.marks]) { cuts.add(Math.min(each.from, text.length)); cuts.add(Math.min(each.to, text.length)); }
    const places = [...cuts].sort((one, other) => one - other);
    let next = 0;
    for (let i = 0; i + 1 < places.length; ++i) {
      const from = places[i], to = places[i + 1];
      while (next < tokens.length && tokens[next].to <= from) ++next;
      const token = tokens[next] && tokens[next].from <= from ? tokens[next] : null;
      const classes = token && token.type !== 'punctuation' ? [this.typeOf(text, tokens, next)] : [];
      for (const mark of this.marks) if (mark.from <= from && to <= mark.to) classes.push(mark.kind);
      if (!classes.length) { all.append(text.slice(from, to)); continue; }
      const span = document.createElement('span');
      span.className = classes.join(' ');
      span.textContent = text.slice(from, to);
      all.append(span);
    }
    all.append('\n');
    return all;
  }

  typeOf(text, tokens, at) {
    if (tokens[at].type !== 'string') return tokens[at].type;
    return tokens[at + 1] && text[tokens[at + 1].from] === ':' ? 'name' : 'string';
  }

  follow() {
    const {scrollTop, scrollLeft} = this.area;
    this.drawing.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
    this.gutter.scrollTop = scrollTop;
  }

  // Where an offset is drawn, in the pane's pixels.
  placeOf(offset) {
    const range = document.createRange(), walker = document.createTreeWalker(this.drawing, NodeFilter.SHOW_TEXT);
    let rest = offset;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (rest > node.length) { rest -= node.length; continue; }
      range.setStart(node, rest);
      range.setEnd(node, Math.min(node.length, rest + 1));
      break;
    }
    const rects = range.getClientRects(), at = rects[rects.length - 1] ?? this.drawing.getBoundingClientRect();
    const pane = this.area.getBoundingClientRect();
    return {x: at.left - pane.left, top: at.top - pane.top, bottom: at.bottom - pane.top};
  }

  goTo(offset) {
    this.area.focus();
    this.area.setSelectionRange(offset, offset);
    const {top} = this.placeOf(offset), height = this.area.clientHeight;
    if (top < 0 || top > height - 40) this.area.scrollTop += top - height / 3;
    this.onPlace();
  }

  // Offers that begin with, or at least have, what is written. `take` is called with the one chosen.
  showOffers(offers, written, take) {
    const fits = offers.filter(each => each.label.startsWith(written))
      .concat(offers.filter(each => !each.label.startsWith(written) && each.label.includes(written)));
    if (!fits.length) return this.closeOffers();
    this.offers = {fits: fits.slice(0, 200), chosen: 0, take};
    this.popup.replaceChildren(...this.offers.fits.map((each, i) => {
      const item = element('li', '', null);
      item.setAttribute('role', 'option');
      for (const [name, text] of [['label', each.label], ['detail', each.detail], ['about', each.about]]) {
        if (text) element('span', name, item).textContent = text;
      }
      item.addEventListener('mousedown', event => { event.preventDefault(); this.offers.chosen = i; this.takeOffer(); });
      return item;
    }));
    this.popup.hidden = false;
    const {x, top, bottom} = this.placeOf(this.offset), pane = this.area.getBoundingClientRect();
    const height = this.popup.offsetHeight, isAbove = bottom + height > pane.height && top > height;
    this.popup.style.left = `${Math.max(0, Math.min(x, pane.width - this.popup.offsetWidth - 4))}px`;
    this.popup.style.top = `${isAbove ? top - height - 2 : bottom + 2}px`;
    this.choose(0);
  }

  choose(index) {
    const items = this.popup.children;
    this.offers.chosen = (index + items.length) % items.length;
    [...items].forEach((item, i) => item.setAttribute('aria-selected', String(i === this.offers.chosen)));
    items[this.offers.chosen].scrollIntoView({block: 'nearest'});
  }

  takeOffer() {
    const {fits, chosen, take} = this.offers;
    this.closeOffers();
    take(fits[chosen]);
  }

  closeOffers() {
    this.popup.hidden = true;
    this.offers = null;
  }

  key(event) {
    if (this.offers) {
      const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8}[event.key];
      if (step) this.choose(this.offers.chosen + step);
      else if (event.key === 'Enter' || event.key === 'Tab') this.takeOffer();
      else if (event.key === 'Escape') this.closeOffers();
      else return this.pairs(event);
      event.preventDefault();
      return;
    }
    this.pairs(event);
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const before = this.text.slice(0, this.offset), line = before.slice(before.lastIndexOf('\n') + 1);
      const margin = '\n' + line.match(/^\s*/)[0], deeper = /[{[]\s*$/.test(line) ? '  ' : '';
      const closes = deeper && /[}\]]/.test(this.text[this.area.selectionEnd] ?? '') ? margin : '';
      const at = this.offset + margin.length + deeper.length;
      this.replace(this.offset, this.area.selectionEnd, margin + deeper + closes);
      this.area.setSelectionRange(at, at);
    }
  }

  pairs(event) {
    if (!event.ctrlKey && !event.metaKey && this.pair(event.key)) event.preventDefault();
  }

  // What opens is closed at once, what closes what was closed so is passed over, and both go together.
  // False when the key is as any other.
  pair(key) {
    const {text, offset} = this, end = this.area.selectionEnd;
    const after = text[end] ?? '', closing = {'"': '"', '{': '}', '[': ']'}[key];
    if (key === 'Backspace' && offset === end && '""{}[]'.match(/../g).includes(text.slice(offset - 1, offset + 1))) {
      this.replace(offset - 1, offset + 1, '');
      return true;
    }
    const isWithin = tokensOf(text).some(token => token.from < offset && offset < token.to && (token.type === 'string' || token.type === 'comment'));
    if ('"}]'.includes(key) && after === key && offset === end && (key !== '"' || isWithin)) {
      this.area.setSelectionRange(offset + 1, offset + 1);
      this.closeOffers();
      return true;
    }
    if (!closing || isWithin || offset !== end || /[\w"]/.test(after) || (key === '"' && /[\w"\\]/.test(text[offset - 1] ?? ''))) return false;
    this.replace(offset, offset, key + closing);
    this.area.setSelectionRange(offset + 1, offset + 1);
    this.onInput();
    return true;
  }
}
