// The playground's module without a browser: `node module.js CLAIM MODULE.wasm SCENARIOS [ARGUMENT...]`.
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {startModule} from '../../tools/playground/page/module.js';

const [claim, file, scenarios, ...rest] = process.argv.slice(2);
const module = await startModule(await WebAssembly.compile(readFileSync(file)), () => {});
const read = name => readFileSync(join(scenarios, name), 'utf8');

function addFolder(folder) {
  const files = {};
  for (const each of readdirSync(join(scenarios, folder), {recursive: true, withFileTypes: true})) {
    if (!/\.(json|csv)$/.test(each.name)) continue;
    const name = join(each.path, each.name).slice(scenarios.length + 1);
    files[name] = read(name);
  }
  module.addFiles(files);
  return Object.keys(files);
}

const claims = {
  // FOLDER: the fingerprint of each scenario in it, with the seed that the program takes by itself.
  fingerprints(folder) {
    for (const name of addFolder(folder).filter(each => each.endsWith('.json')).sort()) {
      const played = JSON.parse(module.play({name, text: read(name), seed: 42}));
      console.log(name, played.fingerprint ?? 'none');
    }
  },

  // Each lab that is no scenario without problems, with all of its variants and controls, but for those that
  // are to be refused.
  labs() {
    const names = ['labs', 'stories', 'models'].flatMap(addFolder).filter(name => name.startsWith('labs/') && name.endsWith('.json'));
    let count = 0;
    for (const name of names) {
      const text = read(name);
      if (!text.includes('"controls"') || text.includes('"refused"')) continue;  // a scenario, or none
      const first = JSON.parse(module.openLab({name, variant: '', control: ''}));
      for (const variant of first.variants?.length ? first.variants : ['']) {
        for (const control of ['', ...first.controls ?? []]) {
          const opened = JSON.parse(module.openLab({name, variant, control}));
          const check = opened.text === undefined ? {problems: []} : JSON.parse(module.check({name: opened.file, text: opened.text}));
          const wrong = [...opened.problems, ...check.problems.map(each => each.message)];
          if (wrong.length) console.log(`${name} ${variant} ${control}: ${wrong[0]}`);
          ++count;
        }
      }
    }
    if (count < 500) console.log(`only ${count} scenarios`);
  },
};

claims[claim](...rest);
