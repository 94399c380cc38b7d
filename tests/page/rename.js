// Gives the nodes of a finished run names that no scenario may have: `node rename.js RUN-DIR`.
// A report is made of files, and files come from anywhere.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const names = {
  one: '<script>struck = 3</script>',
  two: '" onload="struck = 4',
  three: '\u05de\u05e1\u05d3 \u05e0\u05ea\u05d5\u05e0\u05d9\u05dd',  // from right to left
  four: '\u{1f4a5} {a|b} ${1} %s',
  five: '\u202egnihtemos\u202c',  // turned around
  six: '__proto__',
  seven: '<svg onload=struck=5>',
};
const renamed = text => names[text] ?? names[text.replace(/\[\d+\]$/, '')] ?? text;
function everywhere(value) {
  if (typeof value === 'string') return renamed(value);
  if (Array.isArray(value)) return value.map(everywhere);
  if (value === null || typeof value !== 'object') return value;
  const copy = Object.create(null);
  for (const key of Object.keys(value)) copy[renamed(key)] = everywhere(value[key]);
  return copy;
}

const folder = process.argv[2];
for (const name of ['run', 'drawn']) {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(everywhere(JSON.parse(readFileSync(file, 'utf8')))));
}
