// What the bundle is to the program (spate.*) and to a page that carries it.
import {picture} from './parts/draw.js';
import {cleaned} from './parts/words.js';
import topology from './run/topology.js';
import runPage from './page/run.js';
import experimentPage from './page/experiment.js';
import labPage from './page/lab.js';
import {live} from './page/live.js';

function pageOf(data) {
  if (data.graph) return {charts: [topology]};
  if (data.lab) return labPage;
  return data.experiment ? experimentPage : runPage;
}

// The documents of a run, as its files have them.
function dataOf(documents) {
  var data = {}, clients = Object.create(null), resolved = null;
  // The largest part, and only looked at when somebody asks for it.
  if (documents.run) {
    resolved = documents.run.scenario.resolved;
    documents.run.scenario.resolved = null;
  }
  Object.keys(documents).forEach(function (name) { data[name] = cleaned(documents[name]); });
  if (data.graph) {
    data.drawn = {edges: data.graph.edges};
    data.nodes = data.graph.nodes;
    data.name = data.graph.name;
    return data;
  }
  if (data.lab) {
    data.name = data.lab.title;
    data.compare = data.lab.comparison || undefined;
    data.experiment = data.compare;
    return data;
  }
  data.experiment = data.compare || data.sweep;
  if (data.experiment) {
    data.name = data.experiment.scenario;
    return data;
  }
  Object.keys(data.drawn.nodes).forEach(function (name) { if (data.drawn.nodes[name].client) clients[name] = true; });
  data.clients = clients;
  data.resolved = function () { return cleaned(resolved); };
  data.name = data.run.scenario.name || data.run.scenario.file;
  return data;
}

var loaded = null;

var spate = {
  load: function (documents) { loaded = dataOf(documents); return ''; },
  names: function () {
    return pageOf(loaded).charts.filter(function (chart) { return chart.has(loaded); })
      .map(function (chart) { return chart.name; }).join('\n');
  },
  picture: function (name, look) {
    var chart = pageOf(loaded).charts.filter(function (each) { return each.name === name; })[0];
    return picture(chart, loaded, look);
  },
  title: function () { return pageOf(loaded).title(loaded); },
  body: function () { return pageOf(loaded).body(loaded); }
};

if (typeof document !== 'undefined' && document.getElementById('documents')) {
  loaded = dataOf(JSON.parse(document.getElementById('documents').textContent));
  live(pageOf(loaded), loaded);
} else {
  // eslint-disable-next-line no-undef
  globalThis.spate = spate;
}
