// What the time of a request went into at each node.
import {largest, rowOf, spentBars, spentHeight} from '../parts/spent.js';

function spenders(data) {
  var nodes = data.run.nodes;
  var all = Object.keys(nodes);
  function rows(names) {
    return largest(names.map(function (name) { return rowOf(name, nodes[name].spent_s, nodes[name].totals); }));
  }
  var servers = rows(all.filter(function (name) { return !data.clients[name]; }));
  return servers.length ? servers : rows(all);
}

export default {
  name: 'time_spent',
  title: 'Where the time went',
  height: function (data) { return spentHeight(spenders(data)); },
  has: function (data) { return spenders(data).length > 0; },
  about: function () { return 'Of the time of a request at each node: in line, waiting for a connection or a lock, at work, or for others. The figure on the right is its mean, all parts together.'; },
  option: function (data, theme, size) { return spentBars(spenders(data), theme, size); }
};
