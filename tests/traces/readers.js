// Reads exported traces with programs that others wrote: `node readers.js CLAIM FILE [RUN-DIR]`.
// Says nothing and ends with 0 when the claim holds.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const require = createRequire(import.meta.url);
const lines = file => readFileSync(file, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));

// What the run itself wrote down.
const recorded = folder => lines(join(folder, 'traces.jsonl')).slice(1);

// The messages of opentelemetry-proto, as OpenTelemetry's own exporter for JavaScript has them.
// OTLP's JSON has ids in hexadecimal, protobuf's in base64.
function messages(file) {
  const {trace, logs, metrics} =
      require('@opentelemetry/otlp-transformer/build/src/generated/root.js').opentelemetry.proto.collector;
  const types = {
    resourceSpans: trace.v1.ExportTraceServiceRequest,
    resourceLogs: logs.v1.ExportLogsServiceRequest,
    resourceMetrics: metrics.v1.ExportMetricsServiceRequest,
  };
  const bytes = (key, value) =>
      /^(trace|span|parentSpan)Id$/.test(key) ? Buffer.from(value, 'hex').toString('base64') : value;
  return lines(file).map(line => {
    const signal = Object.keys(line)[0];
    const Type = types[signal];
    const message = JSON.parse(JSON.stringify(line, bytes));
    assert.equal(Type.verify(Type.fromObject(message)), null);
    // There and back: what the schema does not know would be lost on the way.
    const read = Type.toObject(Type.decode(Type.encode(Type.fromObject(message)).finish()), {longs: String, bytes: String});
    return {signal, read};
  });
}

const counted = value => Array.isArray(value) ? value.reduce((sum, each) => sum + counted(each), 0) :
    value !== null && typeof value === 'object' ? Object.entries(value).reduce((sum, [, each]) => sum + counted(each), 0) : 1;

const claims = {
  otlp(file, folder) {
    const [spans, logs, metrics] = messages(file);
    assert.deepEqual([spans.signal, logs.signal, metrics.signal], ['resourceSpans', 'resourceLogs', 'resourceMetrics']);
    const scopes = read => Object.values(read)[0].map(each => Object.values(each).find(Array.isArray)[0]);
    const all = scopes(spans.read).flatMap(scope => scope.spans);
    assert.equal(all.length, recorded(folder).length);
    const ids = new Set(all.map(span => span.traceId + span.spanId));
    assert.equal(ids.size, all.length);
    for (const span of all) {
      assert.equal(Buffer.from(span.traceId, 'base64').length, 16);
      assert.equal(Buffer.from(span.spanId, 'base64').length, 8);
      assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
      if (span.parentSpanId) assert.ok(ids.has(span.traceId + span.parentSpanId));
      for (const link of span.links ?? []) assert.ok(ids.has(link.traceId + link.spanId));
    }
    // Errors of requests that were not traced are in the balancer's log all the same.
    const errors = scopes(logs.read).flatMap(scope => scope.logRecords)
        .filter(log => log.severityText === 'ERROR' && log.traceId !== undefined);
    assert.ok(errors.length > 0);
    for (const log of errors) assert.ok(ids.has(log.traceId + log.spanId));
    for (const {read} of [spans, logs, metrics]) {
      for (const {resource} of Object.values(read)[0]) {
        const names = resource.attributes.map(each => each.key);
        assert.ok(names.includes('service.name') && names.includes('service.instance.id'));
      }
    }
    // What its counters come to at the end is what run.json says of each service.
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
    for (const {resource, scopeMetrics} of Object.values(metrics.read)[0]) {
      const service = resource.attributes.find(each => each.key === 'service.name').value.stringValue;
      const ends = new Map();
      for (const point of scopeMetrics[0].metrics[0].sum.dataPoints) ends.set(JSON.stringify(point.attributes), point.asDouble);
      const {offered, in_flight: left} = run.nodes[service].totals;
      assert.equal([...ends.values()].reduce((a, b) => a + b), offered - left, service);
    }
    // Nothing that was written is unknown to the schema.
    const written = lines(file).map(counted).reduce((a, b) => a + b);
    const understood = [spans, logs, metrics].map(each => counted(each.read)).reduce((a, b) => a + b);
    assert.equal(understood, written);
  },

  // speedscope's page, offline in a browser, which is how its own command line opens a file.
  async speedscope(file) {
    const {chromium} = await import('playwright-core');
    const browser = await chromium.launch(
        {executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--use-gl=swiftshader', '--enable-unsafe-swiftshader']});
    const release = join(dirname(require.resolve('speedscope/package.json')), 'dist/release');
    const profile = resolve(file + '.js');
    writeFileSync(profile, `speedscope.loadFileFromBase64("trace.json", "${readFileSync(file).toString('base64')}")`);
    const page = await browser.newPage();
    const complaints = [];
    page.on('console', message => { if (/error|warn/.test(message.type())) complaints.push(message.text()); });
    page.on('pageerror', error => complaints.push(String(error)));
    await page.goto(`${pathToFileURL(join(release, 'index.html')).href}#localProfilePath=${profile}`);
    await page.waitForFunction(() => /lane|trace/.test(document.title) || /Something went wrong/.test(document.body.innerText), null, {timeout: 20000})
        .catch(error => { throw new Error(`${error}: ${complaints.join('\n')}`); });
    const text = await page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(text, /Something went wrong/);
    assert.deepEqual(complaints.filter(each => !/WebGL|GPU|swiftshader/i.test(each)), []);
    await browser.close();
  },

  zipkin(file, folder) {
    const spans = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(spans.length, recorded(folder).length);
    for (const span of spans) {
      assert.match(span.traceId, /^[0-9a-f]{32}$/);
      assert.match(span.id, /^[0-9a-f]{16}$/);
      if (span.parentId !== undefined) assert.match(span.parentId, /^[0-9a-f]{16}$/);
      if (span.kind !== undefined) assert.ok(['CLIENT', 'SERVER'].includes(span.kind));
      assert.ok(Number.isInteger(span.timestamp) && Number.isInteger(span.duration) && span.duration > 0);
      assert.equal(typeof span.localEndpoint.serviceName, 'string');
      for (const tag of Object.values(span.tags)) assert.equal(typeof tag, 'string');
    }
  },

  jaeger(file, folder) {
    const {data} = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(data.flatMap(trace => trace.spans).length, recorded(folder).length);
    for (const {traceID, spans, processes} of data) {
      const ids = new Set(spans.map(span => span.spanID));
      for (const span of spans) {
        assert.equal(span.traceID, traceID);
        assert.ok(processes[span.processID].serviceName.length > 0);
        for (const reference of span.references) {
          if (reference.refType === 'CHILD_OF') assert.ok(ids.has(reference.spanID));
        }
        for (const tag of span.tags) assert.ok(['string', 'bool', 'int64', 'float64'].includes(tag.type));
      }
    }
  },
};

const [claim, file, folder] = process.argv.slice(2);
await claims[claim](file, folder);
