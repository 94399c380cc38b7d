// Makes the page of the module: node page.js MODULE.wasm SCHEMA.json PAGE.html. The page asks for nothing
// else: the module, the charts, the scenarios and the scripts are in it.
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {basename, dirname, extname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {tokensOf} from './page/json_place.js';

const kFirst = 'stories/hpa_spike.json';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const read = (...path) => readFileSync(join(...path), 'utf8');

// The scripts import each other by `import {a, b} from './file.js'` only, and name nothing twice, so that
// they can be put one after the other, those that others need first, each once.
function bundled(entry) {
  const taken = new Set(), texts = [];
  (function take(file) {
    if (taken.has(file)) return;
    taken.add(file);
    const text = read(file).replace(/^import .* from '(.*)';\n/gm, (_, other) => { take(join(dirname(file), other)); return ''; });
    texts.push(text.replace(/^export /gm, ''));
  })(join(here, 'page', entry));
  return `(() => {\n'use strict';\n${texts.join('\n')}})();\n`;
}

const hash = text => createHash('sha256').update(text).digest('base64');
const carried = content => gzipSync(content, {level: 9}).toString('base64');

function filesBelow(folder) {
  return readdirSync(folder).sort().flatMap(name => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

// A scenario may have comments.
function parsed(text) {
  const comments = tokensOf(text).filter(token => token.type === 'comment');
  let plain = '', at = 0;
  for (const {from, to} of comments) { plain += text.slice(at, from); at = to; }
  return JSON.parse(plain + text.slice(at));
}

// What comes with the page, and what of it can be chosen.
function library() {
  const folder = join(root, 'scenarios'), files = {}, entries = [];
  const {groups} = JSON.parse(read(folder, 'rows.json'));
  for (const kind of ['labs', 'stories', 'models']) {
    for (const path of filesBelow(join(folder, kind))) {
      const name = relative(folder, path);
      if (!['.json', '.csv'].includes(extname(path))) continue;
      files[name] = read(path);
      if (extname(path) !== '.json') continue;
      entries.push(...entry(kind, name, files[name], groups));
    }
  }
  return {files, entries, first: kFirst};
}

function entry(kind, name, text, groups) {
  const json = parsed(text), label = basename(name, '.json');
  const isLab = json.scenario !== undefined && (json.claim !== undefined || json.controls !== undefined);
  if (!isLab && json.nodes === undefined) return [];  // laid over others
  const code = label.split('-')[0];
  const group = kind !== 'labs' ? dirname(name).replaceAll('/', ': ') : groups[code]?.en ?? 'Labs';
  return [{name, label, isLab, group, title: (isLab ? json.title : json.name) ?? ''}];
}

function page(module, schema) {
  const charts = join(root, 'reports/charts');
  const main = bundled('main.js'), worker = bundled('worker.js');
  const values = {
    main, worker, style: read(here, 'page/page.css'), main_hash: hash(main), charts_hash: read(charts, 'bundle/charts.sha256'),
    module: carried(module), charts: carried(read(charts, 'bundle/charts.js')), schema: carried(JSON.stringify(JSON.parse(schema))),
    scenarios: carried(JSON.stringify(library())),
    report_parts: carried(JSON.stringify({page: read(charts, 'page/page.html'), style: read(charts, 'page/page.css'),
      hash: read(charts, 'bundle/charts.sha256'), licences: read(charts, 'bundle/LICENSES.txt')})),
  };
  if (/<\/script/i.test(main + worker)) throw new Error('a script would end within itself');
  return read(here, 'page/page.html').replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

const [module, schema, out] = process.argv.slice(2);
writeFileSync(out, page(readFileSync(module), read(schema)));
