// Makes bundle/charts.js and its licences: `npm ci && npm run build` in this folder.
//
// The program carries the bundle and runs it on Duktape, which speaks ECMAScript 5, so esbuild has
// to write that; its --minify-syntax writes template literals, which Duktape refuses.
import {build} from 'esbuild';
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, 'bundle');
const carried = ['echarts', 'zrender', 'tslib', 'dagre', 'graphlib', 'lodash'];

await build({
  entryPoints: [join(here, 'entry.js')], outfile: join(out, 'charts.js'), bundle: true, format: 'iife', target: 'es5',
  charset: 'ascii', minifyWhitespace: true, minifyIdentifiers: true, supported: {'template-literal': false},
  legalComments: 'none', define: {'process.env.NODE_ENV': '"production"'},
});
const script = readFileSync(join(out, 'charts.js'));
// What a page's Content-Security-Policy allows to run, and nothing else.
writeFileSync(join(out, 'charts.sha256'), createHash('sha256').update(script).digest('base64'));

const licences = carried.map(name => {
  const folder = join(here, 'node_modules', name);
  const {version, license} = JSON.parse(readFileSync(join(folder, 'package.json')));
  const text = ['LICENSE', 'LICENSE.txt', 'NOTICE'].map(file => {
    try { return readFileSync(join(folder, file), 'utf8').trim(); } catch { return ''; }
  }).filter(Boolean).join('\n\n');
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(out, 'LICENSES.txt'), 'What charts.js holds besides what is Spate\'s own.\n\n' +
  licences.join(`\n${'-'.repeat(80)}\n\n`));
