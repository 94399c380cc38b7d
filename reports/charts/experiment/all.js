// The charts of a comparison or a sweep, in the order in which they are read.
import variants from './variants.js';
import differences from './differences.js';
import line from './line.js';
import grid from './grid.js';
import percentiles from './percentiles.js';
import pareto from './pareto.js';

export default [variants, differences, line, grid, percentiles, pareto];
