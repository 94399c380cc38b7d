// The playground: a scenario is written, checked while it is written, and played; a slider moves the
// number that the cursor is on, and the report follows.
import {Hand} from './crew.js';
import {Editor} from './editor.js';
import {marksOf} from './findings.js';
import {membersOnTheWay, placeAt} from './json_place.js';
import {Library} from './library.js';
import {numberAt, scaled} from './number.js';
import {Report} from './report.js';
import {aboutAt, offersAt} from './schema.js';

const kTooLong = 2000;  // ms: a run that takes longer is stopped when its scenario has changed

const at = id => document.getElementById(id);

// What the page carries: base64 of gzip.
async function carried(id) {
  const bytes = Uint8Array.from(atob(at(id).textContent.trim()), c => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
}
const carriedText = async id => (await carried(id)).text();
const carriedJson = async id => (await carried(id)).json();

// Allowed by the page's policy, which has its hash.
function runScript(text) {
  const script = document.createElement('script');
  script.textContent = text;
  document.head.append(script);
}

class Playground {
  constructor(parts) {
    Object.assign(this, parts);  // files, entries, schema
    this.name = 'scenario.json';
    this.lab = null;
    this.slider = null;
    this.wanted = false;
    this.editor = new Editor(at('editor'), {onInput: () => this.changed(), onPlace: () => this.moved()});
    this.report = new Report(at('report'), parts.reportParts, globalThis.spate);
    this.library = new Library(at('library'), this.entries, entry => this.open(entry));
    const hand = onProgress => new Hand(parts.workerUrl, parts.compiled, this.files, onProgress);
    this.checker = hand(null);
    this.player = hand((share, events) => this.progress(share, events));
    this.listen();
  }

  listen() {
    at('run').addEventListener('click', () => this.run());
    at('stop').addEventListener('click', () => this.player.stop());
    at('open').addEventListener('click', () => this.library.open());
    at('seed').addEventListener('change', () => this.run());
    at('variant').addEventListener('change', () => this.openLab());
    at('control').addEventListener('change', () => this.openLab());
    at('file').addEventListener('change', event => this.openFile(event.target.files[0]));
    at('save').addEventListener('click', () => this.save());
    at('share').addEventListener('input', () => this.slide());
    at('share').addEventListener('dblclick', () => { at('share').value = 0; this.slide(); });
    document.addEventListener('keydown', event => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') { event.preventDefault(); this.run(); }
      if ((event.ctrlKey || event.metaKey) && event.key === ' ') { event.preventDefault(); this.complete(); }
    });
  }

  // --- what is open

  async open(entry) {
    this.lab = entry.isLab ? entry.name : null;
    at('lab').hidden = !this.lab;
    if (this.lab) return this.openLab({fresh: true});
    this.take(entry.name, this.files[entry.name], entry.title);
  }

  async openLab({fresh = false} = {}) {
    const lab = this.lab;
    const opened = await this.checker.ask('openLab', {name: lab, variant: fresh ? '' : at('variant').value, control: fresh ? '' : at('control').value});
    if (lab !== this.lab) return;
    if (fresh) {
      this.fill('variant', opened.variants ?? [], null);
      this.fill('control', opened.controls ?? [], 'none');
      at('seed').value = opened.seed ?? 42;
    }
    if (opened.problems.length) this.say(opened.problems.join('; '), true);
    if (opened.text !== undefined) this.take(opened.file, opened.text, opened.title, opened.about);
  }

  fill(id, names, none) {
    const options = names.map(name => new Option(name, name));
    if (none) options.unshift(new Option(none, ''));
    at(id).replaceChildren(...options);
    at(id).closest('label').hidden = names.length === 0;
  }

  async openFile(file) {
    if (!file) return;
    this.lab = null;
    at('lab').hidden = true;
    this.take(file.name, await file.text(), file.name);
    at('file').value = '';
  }

  save() {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([this.editor.text], {type: 'application/json'}));
    link.download = 'scenario.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  take(name, text, title, about = '') {
    this.name = name;
    at('title').textContent = title;
    at('title').title = about;
    this.editor.text = text;
    this.hideSlider();
    this.run();
  }

  // --- while somebody writes

  changed() {
    this.hideSlider();
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.check(), 200);
    this.complete({asked: false});
  }

  async check() {
    const text = this.editor.text;
    try {
      const check = await this.checker.ask('check', {name: this.name, text});
      if (text !== this.editor.text) return;
      this.showFindings(check);
      if (at('always').checked && check.problems.length === 0) this.run();
    } catch (error) {
      this.showFindings({problems: [{file: this.name, line: 0, path: '', message: error.message, hint: ''}], warnings: []});
    }
  }

  showFindings(check) {
    const marks = marksOf(this.editor.text, this.name, check);
    this.editor.mark(marks.filter(mark => mark.line > 0));
    at('findings').replaceChildren(...marks.map(mark => {
      const item = document.createElement('li'), button = document.createElement('button');
      button.type = 'button';
      button.className = mark.kind;
      button.textContent = (mark.line ? `${mark.line}: ` : '') + mark.message + (mark.hint ? ` — ${mark.hint}` : '');
      button.addEventListener('click', () => this.editor.goTo(mark.from));
      item.append(button);
      return item;
    }));
    document.documentElement.dataset.problems = check.problems.length;
  }

  // Offers what may stand at the cursor; unasked, only where something was begun.
  complete({asked = true} = {}) {
    const {text, offset} = this.editor;
    const place = placeAt(text, offset);
    const written = place?.token ? text.slice(place.token.from, offset).replaceAll('"', '') : '';
    if (!place || (!asked && !place.token)) return this.editor.closeOffers();
    const way = membersOnTheWay(text, offset);
    const offers = offersAt(this.schema, place, way, this.nodeNames(text));
    if (!asked && offers.some(each => each.label === written)) return this.editor.closeOffers();
    this.editor.showOffers(offers, written, offer => this.insert(place, offer, offset));
  }

  nodeNames(text) {
    const from = text.search(/"nodes"\s*:\s*\{/);
    if (from < 0) return [];
    const within = placeAt(text, text.indexOf('{', from) + 1);
    return Object.keys(within?.siblings ?? {});
  }

  insert(place, offer, offset) {
    const {text} = this.editor;
    const from = place.token ? place.token.from : offset;
    // A text without an end reaches into what follows it.
    const isWhole = place.token && !/[,:\n]/.test(text.slice(offset, place.token.to));
    const to = isWhole ? place.token.to : offset;
    const hasColon = /^\s*:/.test(text.slice(to));
    const rest = place.isKey && !hasColon ? `: ${offer.value}` : '';
    this.editor.replace(from, to, offer.insert + rest);
    // Within the quotes or brackets that wait for something.
    if (rest && /^(""|\{\}|\[\])$/.test(offer.value)) {
      const inside = from + offer.insert.length + rest.length - 1;
      this.editor.area.setSelectionRange(inside, inside);
      this.complete();
    }
    this.moved();
  }

  // --- the cursor, and the slider of its number

  moved() {
    const {text, offset} = this.editor;
    const about = aboutAt(this.schema, placeAt(text, offset), membersOnTheWay(text, offset));
    at('about').textContent = about ? `${about.name}: ${about.text}` : '';
    const number = numberAt(text, offset);
    if (!number) return this.hideSlider();
    if (this.slider && this.slider.from === number.from && this.slider.to === number.to) return;
    this.slider = {...number, was: text.slice(number.from, number.to)};
    at('share').value = 0;
    at('slider').hidden = false;
    this.showShare();
  }

  hideSlider() {
    this.slider = null;
    at('slider').hidden = true;
  }

  showShare() {
    const {from, to} = this.slider, text = this.editor.text;
    const line = text.slice(text.lastIndexOf('\n', from) + 1, text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to)).trim();
    at('moved').textContent = `${this.slider.was} → ${text.slice(from, to)}`;
    at('share').setAttribute('aria-label', `The number ${this.slider.was} in ${line}`);
  }

  slide() {
    const {from, to} = this.slider;
    const written = scaled(this.slider, 2 ** Number(at('share').value));
    if (written === this.editor.text.slice(from, to)) return;
    this.editor.replaceQuietly(from, to, written);
    this.slider.to = from + written.length;
    this.showShare();
    this.run();
  }

  // --- playing

  // Plays what is there now. While a run lasts one more may wait, which is what is there when it begins.
  async run() {
    if (this.player.isBusy) {
      this.wanted = true;
      if (performance.now() - this.began > kTooLong) this.player.stop();
      return;
    }
    do {
      this.wanted = false;
      await this.playOnce();
    } while (this.wanted);
  }

  async playOnce() {
    this.began = performance.now();
    this.show('playing');
    const text = this.editor.text, seed = Number(at('seed').value);
    try {
      const played = await this.player.ask('play', {name: this.name, text, seed: Number.isSafeInteger(seed) && seed >= 0 ? seed : 42});
      const taken = (performance.now() - this.began) / 1000;
      if (text === this.editor.text) this.showFindings(played.check);
      if (!played.run) {
        const count = played.check.problems.length;
        this.say(played.problem ?? `${count} problem${count === 1 ? '' : 's'}: nothing is played`, true);
      } else {
        const {events} = played.run;
        this.say(`${events.toLocaleString('en')} events in ${taken.toFixed(2)} s · fingerprint ${played.fingerprint}`);
        document.documentElement.dataset.fingerprint = played.fingerprint;
        if (!this.lab) at('title').textContent = played.run.scenario.name || this.name;
        await this.report.show({run: played.run, drawn: played.drawn, ...(played.postmortem ? {postmortem: played.postmortem} : {})});
      }
    } catch (error) {
      this.say(error.message === 'stopped' ? 'stopped' : `the run ended: ${error.message}`, true);
    }
    this.show('ready');
    document.documentElement.dataset.runs = Number(document.documentElement.dataset.runs ?? 0) + 1;
  }

  progress(share, events) {
    at('progress').value = share;
    if (performance.now() - this.began > 400) this.say(`playing: ${Math.round(share * 100)} %, ${events.toLocaleString('en')} events`);
  }

  show(state) {
    document.documentElement.dataset.state = state;
    at('stop').disabled = state !== 'playing';
    at('progress').value = 0;
  }

  say(text, isWrong = false) {
    at('status').textContent = text;
    at('status').className = isWrong ? 'problem' : '';
  }
}

async function begin() {
  const [script, reportParts, library, schema] = await Promise.all([
    carriedText('charts'), carriedJson('report_parts'), carriedJson('scenarios'), carriedJson('schema')]);
  runScript(script);
  const compiled = await WebAssembly.compile(await (await carried('module')).arrayBuffer());
  const workerUrl = URL.createObjectURL(new Blob([at('worker').textContent], {type: 'text/javascript'}));
  const page = new Playground({...library, schema, compiled, workerUrl, reportParts: {...reportParts, script}});
  // index.html#CA-17 begins with that lab.
  const wanted = location.hash.slice(1);
  const named = library.entries.find(entry => wanted !== '' && (entry.label === wanted || entry.name === wanted));
  await page.open(named ?? library.entries.find(entry => entry.name === library.first));
}

begin().catch(error => {
  at('status').textContent = `this browser cannot run the playground: ${error.message}`;
  at('status').className = 'problem';
});
