// Opens reports in a real browser and looks at them: `node browser.js CLAIM FILE`. Says nothing and
// ends with 0 when the claim holds. With SPATE_SCREENSHOTS, leaves what it saw there.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'],
});

// A page, and all that it complained of or asked for.
async function open(file, {width = 1280, height = 900, look = 'light', name = ''} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: look});
  const page = await context.newPage();
  const complaints = [], requests = [];
  page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('dialog', dialog => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', request => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => document.documentElement.dataset.drawn, null, {timeout: 10000});
  if (process.env.SPATE_SCREENSHOTS) {
    const shot = `${basename(join(file, '..'))}-${width}-${look}${name}.png`;
    await page.screenshot({path: join(process.env.SPATE_SCREENSHOTS, shot), fullPage: true});
  }
  return {page, complaints, requests, url: pathToFileURL(file).href, close: () => context.close()};
}

// The documents that the page carries.
const carried = page => page.evaluate(() => JSON.parse(document.getElementById('documents').textContent));

// How much is drawn of each chart.
const drawn = page => page.evaluate(() => [...document.querySelectorAll('[data-chart]')].map(place => ({
  name: place.dataset.chart, shapes: place.querySelectorAll('svg path, svg rect').length,
  width: place.querySelector('svg')?.getBoundingClientRect().width ?? 0,
  height: place.querySelector('svg')?.getBoundingClientRect().height ?? 0, room: place.clientWidth,
})));

const claims = {
  async quiet(file) {
    for (const look of ['light', 'dark']) {
      const seen = await open(file, {look});
      assert.deepEqual(seen.complaints, []);
      assert.deepEqual(seen.requests.filter(url => url !== seen.url && !url.startsWith('data:')), []);
      await seen.close();
    }
  },

  async drawn(file) {
    const {page} = await open(file);
    const charts = await drawn(page);
    assert.ok(charts.length >= 6, `${charts.length} charts`);
    for (const chart of charts) {
      assert.ok(chart.shapes >= 3, `${chart.name} has ${chart.shapes} shapes`);
      assert.ok(chart.width >= 300 && chart.height >= 40, `${chart.name} is ${chart.width} x ${chart.height}`);
    }
  },

  async tooltips(file) {
    const {page} = await open(file);
    for (const {name} of await drawn(page)) {
      const place = page.locator(`[data-chart="${name}"]`);
      if (await place.evaluate(each => each.classList.contains('drawing'))) {
        assert.ok(await place.locator('title').count() > 0, `${name} has titles`);
        continue;
      }
      await place.scrollIntoViewIfNeeded();
      const {x, y, width, height} = await place.boundingBox();
      // Somewhere in it something is drawn: each is tried until a tooltip shows.
      let text = '';
      for (let step = 1; step < 24 && !text; ++step) {
        await page.mouse.move(x + width * (0.2 + 0.03 * step), y + height * (0.25 + 0.5 * ((step * 7) % 12) / 12));
        text = await place.evaluate(each => [...each.querySelectorAll('.tip')].map(tip => tip.innerText).join(''));
      }
      assert.match(text, /\d/, `${name} has a tooltip`);
    }
  },

  // The requests that are shown, each with a row and a bar for every span, at all widths.
  async waterfall(file) {
    for (const width of [375, 1280, 2560]) {
      const {page, close} = await open(file, {width, look: width === 1280 ? 'dark' : 'light'});
      const {traces} = (await carried(page)).drawn;
      assert.deepEqual(traces.shown.map(trace => trace.which), ['slowest', 'typical', 'failed']);
      assert.ok((await page.locator('#traces').innerText()).includes(traces.kept));
      for (const [i, trace] of traces.shown.entries()) {
        await page.locator('#traces label').nth(i).click();
        const place = page.locator(`[data-chart="trace_${trace.which}"]`);
        assert.ok(await place.isVisible());
        assert.equal(await page.locator('#traces .chosen:visible').count(), 1);
        const {rows, over} = await place.evaluate(each => {
          const right = each.getBoundingClientRect().right + 0.5;
          return {
            rows: [...each.querySelectorAll('svg > g')].map(row => row.querySelector('title').textContent),
            over: [...each.querySelectorAll('svg text, svg rect')].filter(one => one.getBoundingClientRect().right > right).map(one => one.textContent),
          };
        });
        assert.equal(rows.length, trace.spans.length);
        assert.deepEqual(over, []);
        for (const [at, span] of trace.spans.entries()) {
          assert.ok(rows[at].startsWith(span.node) && (!span.error || rows[at].includes(span.error.replaceAll('_', ' '))), rows[at]);
        }
        const table = place.locator('xpath=following-sibling::details');
        assert.equal(await table.evaluate(each => each.open), false);
        assert.equal(await table.locator('tbody tr').count(), trace.spans.length);
      }
      assert.ok(traces.shown[2].spans.some(span => span.error));
      await close();
    }
    const context = await browser.newContext({javaScriptEnabled: false});
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    assert.equal(await page.locator('#traces tbody:visible').count(), 1);
    await page.locator('#traces label').nth(2).click();
    assert.ok((await page.locator('#traces .chosen:visible').innerText()).includes('failed'));
    await context.close();
  },

  async zoom(file) {
    const {page} = await open(file);
    const labels = name => page.locator(`[data-chart="${name}"] svg text`).allTextContents();
    const before = [await labels('latency_over_time'), await labels('outcomes')];
    const place = page.locator('[data-chart="latency_over_time"]');
    await place.scrollIntoViewIfNeeded();
    const {x, y, width, height} = await place.boundingBox();
    await page.mouse.move(x + 61, y + height - 12);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + height - 12, {steps: 8});
    await page.mouse.up();
    await page.waitForTimeout(200);
    assert.notDeepEqual(await labels('latency_over_time'), before[0], 'the chart is zoomed');
    assert.notDeepEqual(await labels('outcomes'), before[1], 'the others are zoomed with it');
  },

  async widths(file) {
    for (const width of [375, 1280, 2560]) {
      const {page, close} = await open(file, {width});
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${over} px too wide at ${width} px`);
      for (const chart of await drawn(page)) {
        if (chart.name === 'topology') continue;  // It may be scrolled within its place.
        assert.ok(Math.abs(chart.width - chart.room) <= 1, `${chart.name} at ${width}: ${chart.width} of ${chart.room}`);
      }
      // A window that becomes narrower takes the charts with it.
      await page.setViewportSize({width: Math.round(width * 0.8), height: 900});
      await page.waitForTimeout(350);
      for (const chart of await drawn(page)) {
        if (chart.name !== 'topology') assert.ok(Math.abs(chart.width - chart.room) <= 1, `${chart.name} after a resize`);
      }
      await close();
    }
  },

  async looks(file) {
    const {page} = await open(file);
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.locator('#look').click();
    const dark = await ground();
    assert.notEqual(dark, light);
    const {page: other} = await open(file, {look: 'dark'});
    assert.equal(await other.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), dark);
  },

  // Names that would act if they were taken for anything but text; also without the policy that
  // would stop them, so that it is not the policy alone that holds.
  async hostile(file) {
    const open_page = file.replace(/\.html$/, '-open.html');
    writeFileSync(open_page, readFileSync(file, 'utf8').replace(/<meta http-equiv[^>]*>/, ''));
    for (const each of [file, open_page]) {
      const {page, complaints, requests, url} = await open(each);
      assert.deepEqual(complaints, []);
      assert.deepEqual(requests.filter(other => other !== url && !other.startsWith('data:')), []);
      assert.equal(await page.evaluate(() => window.struck), undefined);
      assert.equal(await page.locator('script').count(), 2);
      assert.equal(await page.locator('img, iframe, object, a').count(), 0);
      const {run} = await carried(page);
      const text = await page.locator('main').innerText();
      for (const name of Object.keys(run.nodes)) {
        const visible = name.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, c => `\\u${c.charCodeAt(0).toString(16).toUpperCase()}`);
        assert.ok(text.replaceAll('\u200b', '').includes(visible), `${name} is on the page`);
        assert.ok((await page.locator('svg text').allTextContents()).some(t => visible.startsWith(t.replace('…', '').replaceAll('\u200b', ''))), `${name} is drawn`);
      }
    }
  },

  // The page of a lab: everything that the lab says stands there, and is nothing but text.
  async learner(file) {
    const open_page = file.replace(/\.html$/, '-open.html');
    writeFileSync(open_page, readFileSync(file, 'utf8').replace(/<meta http-equiv[^>]*>/, ''));
    for (const each of [file, open_page]) {
      const {page, complaints} = await open(each);
      assert.deepEqual(complaints, []);
      assert.equal(await page.evaluate(() => window.struck), undefined);
      assert.equal(await page.locator('script').count(), 2);
      assert.equal(await page.locator('img, iframe, object, a').count(), 0);
      const {lab} = await carried(page);
      const text = (await page.locator('main').innerText()).replaceAll('\u200b', '');
      const visible = said => said.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, c => `\\u${c.charCodeAt(0).toString(16).toUpperCase()}`);
      for (const said of [lab.title, lab.about, ...lab.rows, ...lab.statements.map(each => each.expr),
        ...lab.controls.flatMap(each => [each.about, ...each.settings]), ...lab.try_next.map(each => each.ask)]) {
        assert.ok(text.includes(visible(said)), `${said} is on the page`);
      }
      const answers = await page.locator('#statements .answer').allTextContents();
      assert.deepEqual(answers, lab.statements.flatMap(each => [...each.claim, ...Object.values(each.controls).flat()].map(one => one.left)));
      assert.deepEqual((await drawn(page)).map(chart => chart.name), ['variants', 'percentiles']);
      for (const chart of await drawn(page)) assert.ok(chart.shapes >= 3, `${chart.name} has ${chart.shapes} shapes`);
    }
  },

  // What the page says is what run.json says.
  async numbers(file) {
    const {page} = await open(file);
    const {run, drawn: more} = await carried(page);
    for (const [percent, name] of [[50, 'p50'], [90, 'p90'], [95, 'p95'], [99, 'p99'], [99.9, 'p99_9']]) {
      const point = more.curves[0].points.find(each => each[0] === percent);
      if (point) assert.equal(point[1], run.latency_ms[name]);
    }
    const cells = more.heat.cells.filter((_, i) => i % 3 === 2).reduce((sum, each) => sum + each, 0);
    const ended = ['succeeded', 'failed', 'rejected', 'timed_out'].reduce((sum, each) => sum + run.totals[each], 0);
    if (run.warm_up_s === 0 && run.replications === 1) assert.equal(cells, ended);
    const tiles = await page.locator('.tile').allInnerTexts();
    const exact = run.latency_ms.p99;
    if (exact === null) return assert.match(tiles.join('\n'), /p99\n\n?failed/);
    const shown = Number(/p99\n\n?([\d.]+)/.exec(tiles.join('\n'))[1]);
    assert.ok([1, 1e3, 60e3].some(unit => Math.abs(shown * unit - exact) <= exact * 0.006), `${shown} is ${exact} ms`);
  },
};

const [claim, file] = process.argv.slice(2);
try {
  await claims[claim](file);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
}
