// The charts of a run, in the order in which they are read.
import latencyOverTime from './latency_over_time.js';
import outcomes from './outcomes.js';
import topology from './topology.js';
import timeSpent from './time_spent.js';
import endpoints from './endpoints.js';
import utilisation from './utilisation.js';
import nodesOverTime from './nodes_over_time.js';
import {requestRate, errorRate, responseTime} from './services.js';
import series from './series.js';
import percentileCurve from './percentile_curve.js';
import heatMap from './heat_map.js';
import {slowestTrace, typicalTrace, failedTrace} from './traces.js';
import cost from './cost.js';
import theory from './theory.js';

export default [latencyOverTime, outcomes, topology, timeSpent, endpoints, slowestTrace, typicalTrace, failedTrace,
  utilisation, nodesOverTime, requestRate, errorRate, responseTime, series, percentileCurve, heatMap, cost, theory];
