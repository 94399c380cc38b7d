// Opens reports in a real browser and looks at them: `node browser.js CLAIM FILE`. Says nothing and
// ends with 0 when the claim holds. With SPATE_SCREENSHOTS, leaves what it saw there.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
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
      // A row of nodes stands upright where it would not fit.
      const least = chart.name === 'topology' ? 150 : 300;
      assert.ok(chart.width >= least && chart.height >= 40, `${chart.name} is ${chart.width} x ${chart.height}`);
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

  async fits(file) {
    for (const width of [375, 1280, 2560]) {
      const {page, close} = await open(file, {width});
      const [inside, room] = await page.locator('[data-chart="topology"]').evaluate(each => [each.scrollWidth, each.clientWidth]);
      assert.ok(inside <= room, `the drawn system at ${width}: ${inside} of ${room}`);
      await close();
    }
  },

  async goals(file) {
    const {page} = await open(file);
    const chart = page.locator('[data-chart="latency_over_time"]');
    assert.ok((await chart.locator('svg text').allTextContents()).includes('p(99) < 200ms'));
    const colour = text => chart.locator('svg text', {hasText: text}).first().getAttribute('fill');
    assert.notEqual(await colour('db slow'), await colour('web rollout'), 'a failure is no change');
    assert.equal(await page.locator('#ratios tbody tr').count(), 2, 'the cache, and who retries');
  },

  async contents(file) {
    const {page} = await open(file);
    const links = await page.locator('nav.contents a').evaluateAll(all => all.map(each => each.getAttribute('href')));
    assert.ok(links.length > 6, `${links.length} links`);
    for (const link of links) assert.equal(await page.locator(link).count(), 1, link);
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
      assert.equal(await page.locator('img, iframe, object, a:not(.contents a)').count(), 0);
      for (const link of await page.locator('.contents a').all()) assert.match(await link.getAttribute('href'), /^#[\w-]+$/);
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
      assert.equal(await page.locator('img, iframe, object').count(), 0);
      const {lab} = await carried(page);
      assert.equal(await page.locator('a').count(), lab.catalogue ? 1 : 0);
      await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
      const text = (await page.locator('main').innerText()).replaceAll('\u200b', '');
      const visible = said => said.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, c => `\\u${c.charCodeAt(0).toString(16).toUpperCase()}`);
      const rows = lab.rows.flatMap(one => one.en ? [one.row, one.en, one.ko, `line ${one.source.line}`] : [one.row]);
      for (const said of [lab.title, lab.about, ...rows, ...lab.statements.flatMap(one => [one.expr, one.because]),
        ...lab.controls.flatMap(one => [one.about, ...one.settings, ...one.claim.flatMap(own => [own.expr, own.because])]),
        ...lab.try_next.flatMap(one => [one.ask, one.run ?? '']), ...lab.why]) {
        assert.ok(text.includes(visible(said)), `${said} is on the page`);
      }
      const answers = await page.locator('#statements details .answer').allTextContents();
      assert.deepEqual(answers, lab.statements.flatMap(one => [...one.claim, ...Object.values(one.controls).flat()].map(by => by.left ?? by.answer)));
      const names = (await drawn(page)).map(chart => chart.name);
      const compared = lab.statements.filter(one => one.claim.some(by => by.left_value !== null && by.right_value !== null));
      for (const one of compared) assert.ok(names.includes(`statement_${lab.statements.indexOf(one) + 1}`), `${one.name} is drawn`);
      if (lab.system) assert.ok(names.includes('topology'));
      (lab.over_time?.figures ?? []).forEach((_, i) => assert.ok(names.includes(`over_time_${i + 1}`)));
      for (const chart of await drawn(page)) assert.ok(chart.shapes >= 3, `${chart.name} has ${chart.shapes} shapes`);
      // Each control says what it changes, where its scenario is one.
      const diffs = await page.locator('.control .diff').count();
      assert.equal(diffs, lab.scenario ? lab.controls.filter(one => one.scenario).length : 0);
    }
  },

  // The page of all labs: each is listed with what its row says, and the way to it is right.
  async catalogue(file) {
    const {page, complaints} = await open(file);
    assert.deepEqual(complaints, []);
    const {catalogue} = await carried(page);
    const labs = catalogue.groups.flatMap(group => group.labs);
    assert.ok(labs.length > 0);
    assert.equal(await page.locator('li.entry').count(), labs.length);
    const text = await page.locator('main').innerText();
    for (const each of labs) {
      for (const said of [each.row, each.title, each.en, each.ko]) assert.ok(text.includes(said), said);
    }
    for (const href of await page.locator('a').evaluateAll(all => all.map(one => one.getAttribute('href')))) {
      if (href.startsWith('#')) assert.equal(await page.locator(href).count(), 1, href);
      else assert.ok(existsSync(join(file, '..', href)), href);
    }
    await page.locator('li.entry a').first().click();
    await page.waitForFunction(() => document.documentElement.dataset.drawn);
    assert.ok((await page.locator('h1').innerText()).length > 0);
    await page.locator('a', {hasText: 'All labs'}).click();
    await page.waitForFunction(() => document.querySelectorAll('li.entry').length > 0);
    assert.deepEqual(complaints, []);
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
