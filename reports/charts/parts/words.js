// Numbers and names as people read them. null is nothing to say.
var nothing = '–';

function three(value) {
  var text = Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
  return text.indexOf('e') >= 0 ? value.toFixed(6) : text;
}

export function grouped(value) {
  if (value === null || value === undefined) return nothing;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

export function duration(ms) {
  if (ms === null || ms === undefined || !isFinite(ms)) return nothing;
  if (ms === 0) return '0 ms';
  if (ms < 1e-3) return three(ms * 1e6) + ' ns';
  if (ms < 1) return three(ms * 1e3) + ' µs';
  if (ms < 999.5) return three(ms) + ' ms';
  if (ms < 120e3) return three(ms / 1e3) + ' s';
  if (ms < 7200e3) return three(ms / 60e3) + ' min';
  return three(ms / 3600e3) + ' h';
}

// A percentile of run.json's latency_ms. Where it falls among requests that failed it is null, and
// failed_after says how long those waited.
export function ranked(latency, name) {
  return hasFailed(latency, name) ? 'failed' : duration(latency[name]);
}
export function hasFailed(latency, name) {
  return Boolean(latency.failed_after && latency.failed_after[name] !== undefined);
}
export function rankedInFull(latency, name) {
  return hasFailed(latency, name) ? 'failed (waited ' + duration(latency.failed_after[name]) + ')' : duration(latency[name]);
}

export function rate(perSecond) {
  if (perSecond === null || perSecond === undefined) return nothing;
  if (perSecond >= 1e6) return three(perSecond / 1e6) + ' M/s';
  return (perSecond >= 1000 ? grouped(perSecond) : three(perSecond)) + '/s';
}

// Never rounds a loss away: 99.9996 % is not 100 %.
export function percent(share) {
  if (share === null || share === undefined) return nothing;
  var value = share * 100;
  if (value > 99.9 && value < 100) {
    var left = 100 - value;
    var digits = Math.min(9, Math.max(2, 1 - Math.floor(Math.log(left) / Math.LN10)));
    return (Math.floor(value * Math.pow(10, digits)) / Math.pow(10, digits)).toFixed(digits) + ' %';
  }
  return Number(value.toPrecision(value >= 10 ? 3 : 2)) + ' %';
}

export function money(usd) {
  if (usd === null || usd === undefined) return nothing;
  return '$' + (Math.abs(usd) >= 100 || usd === 0 ? grouped(usd) : usd.toFixed(2));
}

export function plain(value) {
  if (value === null || value === undefined) return nothing;
  return Math.abs(value) >= 1000 ? grouped(value) : three(value);
}

// A percentile's name: 99.9 is "p99.9".
export function percentile(percent) {
  return 'p' + Number(percent.toFixed(6));
}

// "server" of "web", with what it means to a reader.
export function words(name) {
  return name.replace(/_/g, ' ');
}

// Whatever a scenario says is text: what could act on a page or turn writing around is made
// visible, once, before anything is drawn.
var unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

// A name that every JavaScript object has is not one that a library may use as a key: such a one
// gets a space of no width behind it.
function visible(text) {
  return (text in {} ? text + '\u200b' : text).replace(unseen, function (character) {
    var code = character.charCodeAt(0).toString(16).toUpperCase();
    return '\\u' + '0000'.slice(code.length) + code;
  });
}

export function cleaned(value) {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(cleaned);
  if (value === null || typeof value !== 'object') return value;
  var copy = Object.create(null);
  Object.keys(value).forEach(function (key) { copy[visible(key)] = cleaned(value[key]); });
  return copy;
}

export function escaped(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

export function shortened(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1) + '…';
}
