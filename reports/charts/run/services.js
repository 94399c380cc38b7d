// Request rate, error rate and P95 of each service, as a dashboard has them.
import {duration, percent, plain} from '../parts/words.js';
import {extent, latencyAxis, valueAxis} from '../parts/axes.js';
import perService from '../parts/services.js';

function perSecond(value) { return value === null ? '–' : plain(value) + '/s'; }
function share(value) { return value === null ? '–' : percent(value); }

export var requestRate = perService({
  name: 'request_rate', title: 'Request rate of each service', about: 'Requests a second that arrived.',
  values: function (node) { return node.rate; }, format: perSecond,
  axis: function (theme) { return valueAxis(theme, plain, {min: 0}); }
});

export var errorRate = perService({
  name: 'error_rate', title: 'Error rate of each service', about: 'The share of requests that ended without success: a ratio, not errors a second.',
  values: function (node) { return node.error_ratio; }, format: share,
  axis: function (theme) { return valueAxis(theme, function (value) { return Math.round(value * 1000) / 10 + ' %'; }, {min: 0}); }
});

export var responseTime = perService({
  name: 'response_time_p95', title: 'Response time of each service, P95', about: 'From buckets, as Prometheus has them: right to a bucket. The exact percentiles of the run are in the table of nodes.',
  values: function (node) { return node.p95_ms; }, format: duration,
  axis: function (theme, lists) { var range = extent(lists); return latencyAxis(theme, range.low, range.high); }
});
