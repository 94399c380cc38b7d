// Who calls whom, how often, and which of them is full. Laid out by dagre in layers from left to
// right; beyond sixty nodes, where that takes seconds, in plain layers.
import dagre from 'dagre';
import {font} from '../parts/theme.js';
import {escaped, percent, rankedInFull, rate, shortened, words} from '../parts/words.js';

var wide = 158, high = 56;

function graphOf(data) {
  var names = Object.keys(data.run ? data.run.nodes : data.nodes);
  return {names: names, edges: (data.drawn.edges || []).filter(function (edge) { return edge.from !== edge.to; })};
}

// From left to right, or downwards where there is no room for that.
function byDagre(graph, down) {
  var g = new dagre.graphlib.Graph();
  g.setGraph({rankdir: down ? 'TB' : 'LR', nodesep: 22, ranksep: 44, marginx: 12, marginy: 12});
  g.setDefaultEdgeLabel(function () { return {}; });
  graph.names.forEach(function (name, i) { g.setNode('n' + i, {width: wide, height: high}); });
  function id(name) { return 'n' + graph.names.indexOf(name); }
  graph.edges.forEach(function (edge) { g.setEdge(id(edge.from), id(edge.to), {width: 60, height: 14, labelpos: 'c'}); });
  dagre.layout(g);
  return {
    down: down, width: g.graph().width, height: g.graph().height,
    at: function (name) { return g.node(id(name)); },
    path: function (edge) { return g.edge(id(edge.from), id(edge.to)).points; }
  };
}

function byLayers(graph) {
  var layer = Object.create(null), columns = [], at = Object.create(null), changed = true, rounds = 0;
  graph.names.forEach(function (name) { layer[name] = 0; });
  while (changed && rounds < graph.names.length) {
    changed = false;
    rounds += 1;
    graph.edges.forEach(function (edge) {
      if (layer[edge.to] <= layer[edge.from] && layer[edge.from] + 1 < graph.names.length) {
        layer[edge.to] = layer[edge.from] + 1;
        changed = true;
      }
    });
  }
  var tallest = 28;
  graph.names.forEach(function (name) {
    columns[layer[name]] = columns[layer[name]] || [];
    columns[layer[name]].push(name);
  });
  // Beside those who call it: a node's place is the mean of its callers' (barycentres, once through).
  var place = Object.create(null);
  columns.forEach(function (column) {
    column.forEach(function (name, i) {
      var sum = 0, count = 0;
      graph.edges.forEach(function (edge) {
        if (edge.to === name && place[edge.from] !== undefined) { sum += place[edge.from]; count += 1; }
      });
      place[name] = count ? sum / count : i;
    });
    column.sort(function (a, b) { return place[a] - place[b]; });
    column.forEach(function (name, i) { place[name] = i; });
  });
  var x = 12, height = 0;
  columns.forEach(function (column) {
    column = column || [];
    column.forEach(function (name, i) {
      at[name] = {x: x + Math.floor(i / tallest) * (wide + 24) + wide / 2, y: 12 + (i % tallest) * (high + 14) + high / 2};
      height = Math.max(height, at[name].y + high / 2 + 12);
    });
    x += Math.ceil(column.length / tallest) * (wide + 24) + 80;
  });
  return {
    width: x - 92, height: height,
    at: function (name) { return at[name]; },
    path: function (edge) {
      var a = at[edge.from], b = at[edge.to];
      return [{x: a.x + wide / 2, y: a.y}, {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2}, {x: b.x - wide / 2, y: b.y}];
    }
  };
}

// Drawn smaller than this nobody could read it.
var least = 0.72;

var laid = null;
function layouts(data) {
  if (laid && laid.data === data) return laid;
  var graph = graphOf(data);
  laid = graph.names.length > 60 ? {data: data, across: byLayers(graph)}
    : {data: data, across: byDagre(graph, false), down: byDagre(graph, true)};
  return laid;
}

// The one that can be read in a place so broad; across, where that goes, as calls are read.
function layout(data, width) {
  var all = layouts(data);
  if (!width || !all.down || all.across.width * least <= width) return all.across;
  return all.down.width < all.across.width ? all.down : all.across;
}

function n(value) {
  return String(Math.round(value * 10) / 10);
}

// Through the middle of each two points, rounded at the points: for calls that go back.
function bent(points) {
  var d = 'M' + n(points[0].x) + ' ' + n(points[0].y), i;
  for (i = 1; i < points.length - 1; i += 1) {
    var end = i === points.length - 2 ? points[i + 1]
      : {x: (points[i].x + points[i + 1].x) / 2, y: (points[i].y + points[i + 1].y) / 2};
    d += 'Q' + n(points[i].x) + ' ' + n(points[i].y) + ' ' + n(end.x) + ' ' + n(end.y);
  }
  if (points.length === 2) d += 'L' + n(points[1].x) + ' ' + n(points[1].y);
  return d;
}

// From side to side, level at each point.
function level(points) {
  return points.slice(1).reduce(function (d, to, i) {
    var middle = n((points[i].x + to.x) / 2);
    return d + 'C' + middle + ' ' + n(points[i].y) + ' ' + middle + ' ' + n(to.y) + ' ' + n(to.x) + ' ' + n(to.y);
  }, 'M' + n(points[0].x) + ' ' + n(points[0].y));
}

// How a call is drawn, and where its label is: beyond a third of the way, where calls that meet or
// part are apart, or on a way around others, where the layout has left room.
function routed(points, from, to, down) {
  var middle = points[Math.floor(points.length / 2)];
  if (down) return {d: bent(points), label: {x: middle.x, y: middle.y + 5}};
  if (to.x - from.x < wide) return {d: bent(points), label: middle};
  var start = {x: from.x + wide / 2, y: from.y}, end = {x: to.x - wide / 2, y: to.y};
  var between = points.length > 3 ? points.slice(1, -1) : [];
  var third = {x: start.x + 0.384 * (end.x - start.x), y: start.y + 0.282 * (end.y - start.y)};
  return {d: level([start].concat(between, [end])), label: between.length ? middle : third};
}

function text(x, y, size, colour, content, more) {
  return '<text x="' + n(x) + '" y="' + n(y) + '" font-size="' + size + '" fill="' + colour + '"' + (more || '') + '>' +
    escaped(content) + '</text>';
}

function arrow(edge, route, theme, most) {
  var weight = edge.rate > 0 && most > 0 ? 1 + 2.5 * Math.sqrt(edge.rate / most) : 1;
  var label = edge.rate === null || edge.rate === undefined ? '' : rate(edge.rate);
  return '<g><title>' + escaped(edge.from + ' to ' + edge.to + (label ? ': ' + label : '')) + '</title>' +
    '<path d="' + route.d + '" fill="none" stroke="' + theme.axis + '" stroke-width="' + n(weight) +
    '" marker-end="url(#arrow-' + theme.name + ')"' + (edge.rate === 0 ? ' stroke-dasharray="3 4"' : '') + '/>' +
    (label ? text(route.label.x, route.label.y - 5, 11, theme.muted, label, ' text-anchor="middle" paint-order="stroke" stroke="' +
      theme.page + '" stroke-width="4" stroke-linejoin="round"') : '') + '</g>';
}

// What is said of the node that a diagnosis names.
var verdicts = {
  bottleneck: 'limits the system', limit: 'refuses requests', failure: 'failure', bad_rollout: 'bad rollout',
  retry_storm: 'retry storm', slow_by_nature: 'slow by itself'
};

function badge(word, x, y, theme) {
  var said = verdicts[word] || words(word), width = 20 + 6.2 * said.length;
  return '<rect x="' + n(x + 10) + '" y="' + n(y - 9) + '" width="' + n(width) + '" height="18" rx="9" fill="' + theme.failed + '"/>' +
    text(x + 10 + width / 2, y + 4, 11, theme.page, said, ' text-anchor="middle" font-weight="600"');
}

function box(data, name, place, theme) {
  var node = data.run ? data.run.nodes[name] : data.nodes[name], full = 0, what = '';
  (data.drawn.limits ? data.drawn.limits.resources : []).forEach(function (each) {
    if (each.node === name && each.in_use > full) { full = each.in_use; what = words(each.what); }
  });
  var limits = data.drawn.limits && data.drawn.limits.node === name;
  var colour = full >= 0.9 ? theme.failed : full >= 0.7 ? theme.rejected : theme.lines[0];
  var x = place.x - wide / 2, y = place.y - high / 2;
  var totals = node.totals;
  var said = name + ', ' + words(node.kind) + (totals ? ': p99 ' + rankedInFull(node.latency_ms, 'p99') + ', ' +
    percent(totals.availability) + ' succeeded' : '') + (full > 0 ? ', ' + what + ' ' + percent(full) + ' in use' : '');
  var right = full > 0 ? Math.round(full * 100) + ' %' : '';
  var count = node.instances > 1 ? ' ×' + Math.round(node.instances) : '';
  return '<g><title>' + escaped(said) + '</title>' +
    '<rect x="' + n(x) + '" y="' + n(y) + '" width="' + wide + '" height="' + high + '" rx="9" fill="' + theme.box +
    '" stroke="' + (limits ? theme.failed : theme.axis) + '" stroke-width="' + (limits ? 2.5 : 1) + '"/>' +
    (limits ? badge(data.drawn.limits.verdict, x, y, theme) : '') +
    text(x + 11, y + 23, 13, theme.ink, shortened(name, 20), ' font-weight="600"') +
    text(x + 11, y + 39, 11, theme.muted, shortened(words(node.kind), 16) + count) +
    text(x + wide - 11, y + 39, 11, theme.muted, right, ' text-anchor="end"') +
    (full > 0 ? '<rect x="' + n(x + 11) + '" y="' + n(y + 45) + '" width="' + (wide - 22) + '" height="4" rx="2" fill="' +
      theme.track + '"/><rect x="' + n(x + 11) + '" y="' + n(y + 45) + '" width="' + n((wide - 22) * Math.min(1, full)) +
      '" height="4" rx="2" fill="' + colour + '"/>' : '') + '</g>';
}

export default {
  name: 'topology',
  title: 'The system',
  width: function (data) { return Math.ceil(layout(data).width); },
  height: function (data) { return Math.ceil(layout(data).height); },
  least: least,
  has: function (data) { return graphOf(data).names.length > 0; },
  about: function (data) {
    if (data.graph) return 'Who calls whom.';
    return 'Requests a second from node to node, retries included; the bar is what is in use of the fullest resource.';
  },
  svg: function (data, theme, size) {
    var graph = graphOf(data), places = layout(data, size && size.width), most = 0;
    graph.edges.forEach(function (edge) { most = Math.max(most, edge.rate || 0); });
    return '<svg xmlns="http://www.w3.org/2000/svg" width="' + Math.ceil(places.width) + '" height="' +
      Math.ceil(places.height) + '" viewBox="0 0 ' + Math.ceil(places.width) + ' ' + Math.ceil(places.height) +
      '" font-family="' + escaped(font) + '"><defs><marker id="arrow-' + theme.name +
      '" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">' +
      '<path d="M0 0L8 4L0 8z" fill="' + theme.faint + '"/></marker></defs>' +
      graph.edges.map(function (edge) {
        return arrow(edge, routed(places.path(edge), places.at(edge.from), places.at(edge.to), places.down), theme, most);
      }).join('') +
      graph.names.map(function (name) { return box(data, name, places.at(name), theme); }).join('') + '</svg>';
  }
};
