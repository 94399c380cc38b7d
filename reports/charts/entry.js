// What the bundle is to the program (spate.*) and to a page that carries it.
import {picture} from './parts/draw.js';
import {cleaned} from './parts/words.js';
import topology from './run/topology.js';
import runPage from './page/run.js';
import experimentPage from './page/experiment.js';
import labPage from './page/lab.js';
import cataloguePage from './page/catalogue.js';
import {live} from './page/live.js';

function pageOf(data) {
  if (data.graph) return {charts: [topology]};
  if (data.lab) return labPage;
  if (data.catalogue) return cataloguePage;
  return data.experiment ? experimentPage : runPage;
}

function clientsOf(drawn) {
  var clients = Object.create(null);
  Object.keys(drawn.nodes).forEach(function (name) { if (drawn.nodes[name].client) clients[name] = true; });
  return clients;
}

// The first of a lab's runs is what its system and its trace are drawn from.
function dataOfLab(data) {
  var lab = data.lab;
  data.name = lab.title;
  data.compare = lab.comparison || undefined;
  data.experiment = data.compare;
  if (lab.system) {
    data.run = lab.system.run;
    data.drawn = lab.system.drawn;
    data.clients = clientsOf(data.drawn);
  }
  return data;
}

// What a page has charts of may depend on what it is about.
function chartsOf(data) {
  var charts = pageOf(data).charts;
  return typeof charts === 'function' ? charts(data) : charts;
}

// The documents of a run, as its files have them.
function dataOf(documents) {
  var data = {}, resolved = null;
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
  if (data.lab) return dataOfLab(data);
  if (data.catalogue) return data;
  data.experiment = data.compare || data.sweep;
  if (data.experiment) {
    data.name = data.experiment.scenario;
    return data;
  }
  data.clients = clientsOf(data.drawn);
  data.resolved = function () { return cleaned(resolved); };
  data.name = data.run.scenario.name || data.run.scenario.file;
  return data;
}

var loaded = null;

var spate = {
  load: function (documents) { loaded = dataOf(documents); return ''; },
  names: function () {
    return chartsOf(loaded).filter(function (chart) { return !chart.is_part && chart.has(loaded); })
      .map(function (chart) { return chart.name; }).join('\n');
  },
  picture: function (name, look) {
    var chart = chartsOf(loaded).filter(function (each) { return each.name === name; })[0];
    return picture(chart, loaded, look);
  },
  title: function () { return pageOf(loaded).title(loaded); },
  body: function () { return pageOf(loaded).body(loaded); }
};

if (typeof document !== 'undefined' && document.getElementById('documents')) {
  loaded = dataOf(JSON.parse(document.getElementById('documents').textContent));
  live(pageOf(loaded), chartsOf(loaded), loaded);
} else {
  // eslint-disable-next-line no-undef
  globalThis.spate = spate;
}
