// node read_hlog.js FILE [TAG]: what hdr-histogram-js reads of an HdrHistogram log, added up, as JSON.
import { readFileSync } from "node:fs";
import * as hdr from "hdr-histogram-js";

const [file, tag] = process.argv.slice(2);
const reader = new hdr.HistogramLogReader(readFileSync(file, "utf8"), 64);
const all = hdr.build({ lowestDiscernibleValue: 1, highestTrackableValue: 2 ** 52, numberOfSignificantValueDigits: 3, bitBucketSize: 64 });
let intervals = 0;
for (let each = reader.nextIntervalHistogram(); each; each = reader.nextIntervalHistogram()) {
  if (each.tag !== (tag ?? "NO TAG")) continue;
  all.add(each);
  intervals++;
}
const ms = (percent) => all.getValueAtPercentile(percent) / 1e6;
console.log(JSON.stringify({
  intervals, count: all.totalCount, mean: all.mean / 1e6,
  p50: ms(50), p90: ms(90), p95: ms(95), p99: ms(99), p99_9: ms(99.9), max: all.maxValue / 1e6,
}));
