// One request as a waterfall, as Jaeger and others draw it: a row a span, indented by who called,
// bars on one axis of time; the line within a bar is the critical path. A colour is a node, as in
// the other charts.
import {font} from '../parts/theme.js';
import {coloursOf} from '../parts/services.js';
import {duration, escaped, grouped, shortened, words} from '../parts/words.js';
import {clock} from '../parts/axes.js';

var narrow = 560, head = 26;
// Stretches in which nothing was done for the request: it waited for its turn.
var waits = {queueing: true, connection: true, lock: true};
var titles = {slowest: 'The slowest request', typical: 'A typical request', failed: 'A failed request'};

// A run of an older version has none.
function traceOf(data, which) {
  return (data.drawn.traces ? data.drawn.traces.shown : []).filter(function (each) { return each.which === which; })[0];
}

// What is said of it as a whole.
export function traceSentence(data, trace) {
  var root = trace.spans[0];
  return root.name + ', ' + duration(root.ms) + ', ' +
    (root.error ? 'failed: ' + words(root.error) : root.unfinished ? 'not finished' : 'succeeded') +
    ', at ' + clock(Math.round(trace.at_s * 1000) / 1000, data.run.simulated_s) + ' (spate trace DIR --id ' + trace.number + ')' +
    (trace.left_out ? '; ' + grouped(trace.left_out) + ' of its spans are not drawn' : '');
}

export function spanName(span) {
  if (span.kind === 'internal') return words(span.name);
  if (span.kind === 'client') return 'call ' + span.name;
  return (span.instance === span.name ? '' : span.instance + (span.role ? ', ' + span.role : '') + ': ') + span.name;
}

export function remarks(span) {
  return [span.error ? words(span.error) : '', span.outlived ? 'nobody waited for it' : '',
    span.unfinished ? 'not finished' : ''].filter(Boolean).join(', ');
}

// Who calls from outside the system has no colour in other charts either.
function coloursFor(names, data, theme) {
  var colour = Object.create(null), nodes = names.filter(function (name) { return !data.clients[name]; });
  coloursOf(nodes, data, theme).forEach(function (each, i) { colour[nodes[i]] = each; });
  names.forEach(function (name) { colour[name] = colour[name] || theme.faint; });
  return colour;
}

function n(value) { return String(Math.round(value * 100) / 100); }

function rect(x, y, width, height, fill, more) {
  return '<rect x="' + n(x) + '" y="' + n(y) + '" width="' + n(width) + '" height="' + n(height) + '" fill="' + fill + '"' +
    (more || '') + '/>';
}

function text(x, y, size, fill, content, more) {
  return '<text x="' + n(x) + '" y="' + n(y) + '" font-size="' + size + '" fill="' + fill + '"' + (more || '') + '>' +
    escaped(content) + '</text>';
}

// Where rows, labels and bars are, in a place of this width.
function layout(trace, width) {
  var small = width < narrow, left = small ? 4 : Math.min(420, Math.round(width * 0.34));
  var deepest = trace.spans.reduce(function (most, span) { return Math.max(most, span.depth); }, 0);
  return {
    width: width, small: small, left: left, right: width - (small ? 8 : 68), row: small ? 34 : 23,
    indent: Math.min(small ? 8 : 13, (small ? 0.3 * width : 0.5 * left) / Math.max(1, deepest)),
    bar: small ? 19 : 6, high: 11
  };
}

// 1, 2 or 5 times a power of ten, so that there are so many ticks at most.
function stepOf(whole, most) {
  var power = Math.pow(10, Math.floor(Math.log(whole / most) / Math.LN10));
  return [1, 2, 5, 10].map(function (each) { return each * power; }).filter(function (each) { return whole / each <= most; })[0] || whole;
}

function axis(place, whole, height, theme) {
  var step = stepOf(whole, place.small ? 3 : 7), out = '', at, wide = place.right - place.left;
  for (at = 0; at <= whole * 1.0001; at += step) {
    var x = place.left + wide * at / whole;
    var end = x > place.right - 34;
    out += '<path d="M' + n(x) + ' ' + (head - 6) + 'V' + n(height) + '" stroke="' + theme.line + '"/>' +
      text(x, head - 11, 11, theme.muted, duration(Math.round(at / step) * step), ' text-anchor="' + (at === 0 ? 'start' : end ? 'end' : 'middle') + '"');
  }
  return out;
}

function row(span, i, place, whole, colour, theme) {
  var top = head + i * place.row, wide = place.right - place.left;
  function x(ms) { return place.left + wide * Math.max(0, Math.min(1, ms / whole)); }
  var from = x(span.begin_ms), to = Math.max(x(span.begin_ms + span.ms), from + 1.5), note = remarks(span);
  var waiting = span.kind === 'internal' && waits[span.name];
  var indent = 4 + span.depth * place.indent, y = top + place.bar, label = spanName(span);
  var most = Math.floor(((place.small ? place.right - 70 : place.left - 12) - indent - 10) / 6.1);
  var said = span.node + ', ' + label + ': ' + duration(span.ms) + ' from ' + duration(span.begin_ms) + (note ? ', ' + note : '');
  var out = '<g><title>' + escaped(said) + '</title>' +
    rect(0, top, place.width, place.row, 'none', ' pointer-events="all"') +
    rect(indent, top + (place.small ? 4 : 5), 3, place.small ? 12 : 13, colour, ' rx="1.5"') +
    text(indent + 8, top + (place.small ? 14 : 16), 12, span.error ? theme.failed : span.kind === 'internal' ? theme.muted : theme.ink,
      shortened(label, Math.max(6, most)), span.kind === 'server' ? ' font-weight="600"' : '') +
    rect(from, y, to - from, place.high, colour, ' rx="2"' + (waiting ? ' fill-opacity="0.38"' : span.kind === 'client' ? ' fill-opacity="0.62"' : '') +
      (span.error ? ' stroke="' + theme.failed + '" stroke-width="2"' : ''));
  for (var k = 0; k < span.critical.length; k += 2) {
    var begin = x(span.critical[k]), end = x(span.critical[k + 1]);
    out += rect(begin, y + place.high / 2 - 1.5, Math.max(1, end - begin), 3, theme.ink);
  }
  var told = duration(span.ms) + (span.error ? '  ✕ ' + shortened(words(span.error), 24) : note ? '  ' + note : '');
  var colourOfText = span.error ? theme.failed : theme.muted;
  if (place.small) return out + text(place.right, top + 14, 11, colourOfText, told.length > 16 ? duration(span.ms) + (span.error ? ' ✕' : '') : told, ' text-anchor="end"') + '</g>';
  // What has no room stands in the row's title.
  if (to + told.length * 6 + 8 > place.width && from - told.length * 6 - 8 < place.left) told = duration(span.ms) + (span.error ? '  ✕' : '');
  var room = told.length * 6, halo = ' paint-order="stroke" stroke="' + theme.page + '" stroke-width="3" stroke-linejoin="round"';
  if (to + room + 8 <= place.width) return out + text(to + 6, top + 16, 11, colourOfText, told, halo) + '</g>';
  if (from - room - 8 >= place.left) return out + text(from - 6, top + 16, 11, colourOfText, told, ' text-anchor="end"' + halo) + '</g>';
  return out + text(to - 6, top + 16, 11, span.error ? theme.failed : theme.ink, told, ' text-anchor="end"' + halo) + '</g>';
}

// Which colour is which node, on as many lines as they need: where each entry stands.
function keyOf(names, width) {
  var x = 4, y = 18, entries = [];
  names.concat(['critical path: what was waited for']).forEach(function (name) {
    var said = shortened(name, 34), room = 26 + said.length * 6.6;
    if (x > 4 && x + room > width) { x = 4; y += 19; }
    entries.push({x: x, y: y, name: said});
    x += room;
  });
  return {entries: entries, height: y + 10};
}

function drawnKey(key, names, colour, top, theme) {
  return key.entries.map(function (entry, i) {
    var y = top + entry.y, mark = i < names.length ? rect(entry.x, y - 9, 11, 10, colour[names[i]], ' rx="2"')
      : rect(entry.x, y - 5.5, 11, 3, theme.ink);
    return mark + text(entry.x + 16, y, 12, theme.muted, entry.name);
  }).join('');
}

function nodesOf(trace) {
  return trace.spans.reduce(function (names, span) {
    return names.indexOf(span.node) < 0 ? names.concat([span.node]) : names;
  }, []);
}

function heightFor(trace, width) {
  return Math.ceil(head + trace.spans.length * layout(trace, width).row + keyOf(nodesOf(trace), width).height);
}

// The picture of one trace in a place so wide.
function waterfall(data, trace, theme, width) {
  var place = layout(trace, width), names = nodesOf(trace), colour = coloursFor(names, data, theme), height = heightFor(trace, width);
  var whole = trace.spans.reduce(function (most, span) { return Math.max(most, span.begin_ms + span.ms); }, 0) || 1;
  var rows = head + trace.spans.length * place.row;
  return '<svg xmlns="http://www.w3.org/2000/svg" width="' + width + '" height="' + height + '" viewBox="0 0 ' + width + ' ' + height +
    '" font-family="' + escaped(font) + '">' + trace.spans.map(function (span, i) {
    return i % 2 ? '' : rect(0, head + i * place.row, width, place.row, theme.box);
  }).join('') + axis(place, whole, rows, theme) + trace.spans.map(function (span, i) {
    return row(span, i, place, whole, colour[span.node], theme);
  }).join('') + drawnKey(keyOf(names, width), names, colour, rows, theme) + '</svg>';
}

function chartOf(which) {
  return {
    name: 'trace_' + which,
    group: 'traces',
    title: titles[which],
    has: function (data) { return traceOf(data, which) !== undefined; },
    about: function (data) { return traceSentence(data, traceOf(data, which)); },
    width: function () { return 1000; },
    height: function (data) { return heightFor(traceOf(data, which), 1000); },
    fluid: true,
    svg: function (data, theme, size) { return waterfall(data, traceOf(data, which), theme, size.width); },
    trace: function (data) { return traceOf(data, which); }
  };
}

export var slowestTrace = chartOf('slowest');
export var typicalTrace = chartOf('typical');
export var failedTrace = chartOf('failed');
