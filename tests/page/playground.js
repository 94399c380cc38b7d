// Opens the playground in a real browser: `node playground.js CLAIM PAGE [ARGUMENT...]`. Says nothing and
// ends with 0 when the claim holds. With SPATE_SCREENSHOTS, leaves what it saw there.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';

const kPatience = 120_000;  // ms, for a run on a busy machine

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'],
});

async function open(file, {width = 1440, height = 900, look = 'light', hash = ''} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: look});
  const page = await context.newPage();
  page.setDefaultTimeout(kPatience);
  const complaints = [], requests = [];
  page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('request', request => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href + hash);
  await ready(page, 1);
  return {page, complaints, requests, url: pathToFileURL(file).href, close: () => context.close()};
}

// When so many runs have come to their end since the page was opened, and none is under way.
const ready = (page, runs) => page.waitForFunction(
  least => document.documentElement.dataset.state === 'ready' && Number(document.documentElement.dataset.runs) >= least, runs);
const runsOf = page => page.evaluate(() => Number(document.documentElement.dataset.runs));
const fingerprintOf = page => page.evaluate(() => document.documentElement.dataset.fingerprint);
const textOf = page => page.locator('#editor textarea').inputValue();

// Does something that ends in a run, and waits for it.
async function played(page, act) {
  const before = await runsOf(page);
  await act();
  await ready(page, before + 1);
}

async function choose(page, search) {
  await played(page, async () => {
    await page.locator('#open').click();
    await page.locator('#library input').fill(search);
    await page.locator('#library li button').first().click();
  });
}

// The whole text, as if it were pasted.
async function write(page, text) {
  await page.locator('#editor textarea').fill(text);
  await page.locator('#editor textarea').press('End');
}

const run = page => played(page, () => page.locator('#run').click());

async function cursorOn(page, found, within = 0) {
  await page.locator('#editor textarea').evaluate((area, [part, further]) => {
    const at = area.value.indexOf(part) + further;
    area.focus();
    area.setSelectionRange(at, at);
    area.dispatchEvent(new KeyboardEvent('keyup'));
  }, [found, within]);
}

const report = page => page.frameLocator('#report iframe:not(.coming)');

async function shot(page, name) {
  if (process.env.SPATE_SCREENSHOTS) await page.screenshot({path: join(process.env.SPATE_SCREENSHOTS, `playground-${name}.png`)});
}

const kSmall = `{
  "name": "a small shop",
  "run": {"warm_up": "1s", "measure": "20s"},
  "nodes": {
    "clients": {"kind": "open_loop", "rate": "80/s", "calls": "web"},
    "web": {"kind": "database", "cores": 2, "service_time": "20ms"}
  }
}
`;

const claims = {
  // Arguments: SEARCH FINGERPRINT, as often as there are.
  async fingerprints(file, ...wanted) {
    const {page} = await open(file);
    assert.ok(wanted.length >= 2);
    for (let i = 0; i < wanted.length; i += 2) {
      await choose(page, wanted[i]);
      assert.equal(await fingerprintOf(page), wanted[i + 1], `${wanted[i]}: ${await page.locator('#status').innerText()}`);
    }
  },

  async quiet(file) {
    for (const look of ['light', 'dark']) {
      const {page, complaints, requests, url, close} = await open(file, {look});
      await run(page);
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests.filter(each => each !== url && !/^(data|blob):/.test(each) && each !== 'about:srcdoc'), []);
      await shot(page, look);
      await close();
    }
  },

  // The report beside the editor has every chart drawn, as a report of its own has.
  async drawn(file) {
    const {page} = await open(file);
    await choose(page, 'stories/hpa_spike');
    const charts = await report(page).locator('[data-chart]').evaluateAll(all => all.map(each => each.querySelectorAll('svg path, svg rect').length));
    assert.ok(charts.length >= 6, `${charts.length} charts`);
    for (const shapes of charts) assert.ok(shapes >= 3, String(charts));
    // A section is gone to within the report; this page stays.
    await report(page).locator('nav.contents a').last().click();
    assert.ok(await report(page).locator('html').evaluate(each => each.scrollTop) > 0);
    assert.ok(await page.locator('#editor').isVisible());
    await shot(page, 'story');
  },

  // What is wrong is underlined where it is, said below, and nothing is played.
  async problems(file) {
    const {page} = await open(file);
    await write(page, kSmall.replace('"service_time": "20ms"', '"service_time": "20mss"').replace('"cores": 2', '"cores": 0'));
    await page.waitForFunction(() => document.documentElement.dataset.problems === '2');
    const marked = await page.locator('.drawing .problem').allTextContents();
    assert.deepEqual(marked, ['0', '"20mss"']);
    assert.deepEqual(await page.locator('.gutter .problem').allTextContents(), ['6']);
    const said = await page.locator('#findings button').allTextContents();
    assert.ok(said[1].startsWith('6: ') && said[1].includes('mss'), said[1]);
    const before = await fingerprintOf(page);
    await run(page);
    assert.match(await page.locator('#status').innerText(), /2 problems/);
    assert.equal(await fingerprintOf(page), before);
    await shot(page, 'problems');
    // The text lies on its drawing: where it says so, it is.
    await page.locator('#findings button').nth(1).click();
    assert.equal(await page.locator('textarea').evaluate(area => area.value.slice(area.selectionStart, area.selectionStart + 7)), '"20mss"');
    await write(page, kSmall);
    await page.waitForFunction(() => document.documentElement.dataset.problems === '0');
    assert.equal(await page.locator('.drawing .problem').count(), 0);
  },

  async completion(file) {
    const {page} = await open(file);
    const labels = () => page.locator('.offers li .label').allTextContents();
    await write(page, kSmall);
    await cursorOn(page, '"kind": "database"', '"kind": "database"'.length);
    await page.keyboard.type(', "schedu');
    assert.ok((await labels()).length >= 1);
    await shot(page, 'completion');
    await page.keyboard.press('Enter');
    assert.ok((await textOf(page)).includes('"kind": "database", "scheduling": "fcfs", "cores": 2'), await textOf(page));
    await write(page, kSmall.replace('"web", ', '').replace('"calls": "web"', '"calls": ""'));
    await cursorOn(page, '"calls": "', 10);
    await page.keyboard.press('Control+ ');
    assert.deepEqual(await labels(), ['clients', 'web']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    assert.match(await textOf(page), /"calls": "web"/);
    await write(page, kSmall.replace('"database"', '""'));
    await cursorOn(page, '"web": {"kind": "', 17);
    await page.keyboard.press('Control+ ');
    const kinds = await labels();
    for (const kind of ['server', 'cache', 'database', 'pool']) assert.ok(kinds.includes(kind), kind);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.offers').isVisible(), false);
  },

  // Arguments: the fingerprint of the small shop at double the rate.
  async slider(file, doubled) {
    const {page} = await open(file);
    await write(page, kSmall);
    await run(page);
    const tile = () => report(page).locator('.tiles').innerText();
    const before = [await fingerprintOf(page), await tile()];
    await cursorOn(page, '80/s', 1);
    assert.ok(await page.locator('#slider').isVisible());
    await played(page, () => page.locator('#share').evaluate(each => { each.value = 1; each.dispatchEvent(new Event('input')); }));
    assert.match(await textOf(page), /"rate": "160\/s"/);
    assert.equal(await fingerprintOf(page), doubled);
    assert.notEqual(await tile(), before[1]);
    await shot(page, 'slider');
    await played(page, () => page.locator('#share').evaluate(each => { each.value = 0; each.dispatchEvent(new Event('input')); }));
    assert.match(await textOf(page), /"rate": "80\/s"/);
    assert.equal(await fingerprintOf(page), before[0]);
    // A name has no slider.
    await cursorOn(page, '"web": {', 2);
    assert.equal(await page.locator('#slider').isVisible(), false);
  },

  // A run that would last for hours is stopped at once, and another is played after it.
  async stop(file) {
    const {page} = await open(file);
    await write(page, kSmall.replace('20s', '300d'));
    const before = await runsOf(page);
    await page.locator('#run').click();
    await page.waitForFunction(() => document.getElementById('progress').value > 0);
    assert.equal(await page.locator('#stop').isEnabled(), true);
    await page.locator('#stop').click();
    await ready(page, before + 1);
    assert.equal(await page.locator('#status').innerText(), 'stopped');
    await write(page, kSmall);
    await run(page);
    assert.match(await page.locator('#status').innerText(), /fingerprint/);
  },

  // Arguments: a text that no module survives. It is said, and the next one is played.
  async ends(file, deadly) {
    const {page, complaints} = await open(file);
    await write(page, readFileSync(deadly, 'utf8'));
    await run(page);
    assert.match(await page.locator('#status').innerText(), /the run ended/);
    await write(page, kSmall);
    await run(page);
    assert.match(await page.locator('#status').innerText(), /fingerprint/);
    assert.deepEqual(complaints, []);
  },

  // Arguments: a scenario whose names would act if they were taken for anything but text.
  async hostile(file, hostile) {
    const {page, complaints, requests, url} = await open(file);
    await played(page, () => page.locator('#file').setInputFiles(hostile));
    await page.waitForTimeout(300);
    for (const frame of page.frames()) assert.equal(await frame.evaluate(() => window.struck), undefined);
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests.filter(each => each !== url && !/^(data|blob):/.test(each) && each !== 'about:srcdoc'), []);
    assert.equal(await page.locator('img, object').count(), 0);
    assert.ok((await page.locator('#status').innerText()).length > 0);
  },

  // Variants and controls of a lab change the scenario that is played.
  async lab(file) {
    const {page} = await open(file);
    await choose(page, 'CA-17');
    assert.deepEqual(await page.locator('#control option').allTextContents(), ['none', 'one_loads', 'slower_load']);
    assert.match(await textOf(page), /"on_miss": "load"/);
    const before = await fingerprintOf(page);
    await played(page, () => page.locator('#control').selectOption('one_loads'));
    assert.match(await textOf(page), /"on_miss": "lock"/);
    assert.notEqual(await fingerprintOf(page), before);
    await shot(page, 'lab');
    // Of one with variants the first is played; the page can begin with it.
    const other = await open(file, {hash: '#CA-03'});
    assert.ok(await other.page.locator('#title').innerText());
    const variants = await other.page.locator('#variant option').allTextContents();
    assert.ok(variants.length >= 2, String(variants));
    const first = await fingerprintOf(other.page);
    await played(other.page, () => other.page.locator('#variant').selectOption(variants[1]));
    assert.notEqual(await fingerprintOf(other.page), first);
  },

  async widths(file) {
    for (const width of [375, 1280, 2560]) {
      const {page, close} = await open(file, {width});
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${over} px too wide at ${width} px`);
      await page.locator('#open').click();
      await shot(page, `${width}`);
      await close();
    }
  },
};

const [claim, file, ...rest] = process.argv.slice(2);
try {
  await claims[claim](file, ...rest);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
}
