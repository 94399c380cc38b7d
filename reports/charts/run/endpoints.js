// What the time of a request went into at each endpoint, of nodes that have several.
import {largest, rowOf, spentBars, spentHeight} from '../parts/spent.js';

function endpoints(data) {
  var rows = [];
  Object.keys(data.run.nodes).forEach(function (node) {
    var all = (data.run.nodes[node].splits || {}).endpoint || {};
    Object.keys(all).forEach(function (name) {
      if (all[name].spent_s) rows.push(rowOf(node + '.' + name, all[name].spent_s, all[name].totals));
    });
  });
  return largest(rows);
}

export default {
  name: 'endpoints',
  title: 'Where the time went, by endpoint',
  height: function (data) { return spentHeight(endpoints(data)); },
  has: function (data) { return endpoints(data).length > 0; },
  about: function () { return 'The same of each endpoint of the nodes that have several; what takes long on the way to others counts as calling.'; },
  option: function (data, theme, size) { return spentBars(endpoints(data), theme, size); }
};
