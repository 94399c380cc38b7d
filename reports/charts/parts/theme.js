// The two looks. A colour means one thing everywhere: an outcome, what time was spent on, a
// percentile (the further out, the stronger). Told apart by those who see fewer colours too.
var light = {
  name: 'light',
  page: '#ffffff', ink: '#171c26', muted: '#5d6778', faint: '#8d97a8', line: '#e4e8ef', axis: '#c3cad6',
  succeeded: '#2f9e83', failed: '#cf3a4c', rejected: '#e2a12b', timed_out: '#8a5bb8', offered: '#171c26',
  percentiles: ['#8fbdf2', '#3d86e0', '#123f8c'], extreme: '#a7b0bf',
  spent: {queueing: '#e2a12b', service: '#3d86e0', connection: '#cf3a4c', lock: '#8c5a34', calling: '#c5cedb', network: '#2f9e83'},
  lines: ['#3d86e0', '#e07b39', '#2f9e83', '#8a5bb8', '#cf3a4c', '#8c6d4f', '#d56fa7', '#5d6778'],
  replicas: '#e07b39', warm_up: 'rgba(93,103,120,0.09)', failure: 'rgba(207,58,76,0.10)', goal: '#176b57', full: 'rgba(226,161,43,0.20)', alarm: '#cf3a4c',
  events: {failure: '#cf3a4c', change: '#2f6fca', alert: '#b8581b', info: '#6d7789'},
  heat: ['#eef4fd', '#8fbdf2', '#2f6fca', '#0c2a63'], box: '#f6f8fb', track: '#e9edf3'
};

var dark = {
  name: 'dark',
  page: '#171b23', ink: '#e7eaf0', muted: '#a3adbd', faint: '#7b8596', line: '#2a303c', axis: '#465063',
  succeeded: '#45b89b', failed: '#ef6573', rejected: '#edb64f', timed_out: '#ad86d8', offered: '#e7eaf0',
  percentiles: ['#2f5f9e', '#5b9df0', '#c6defc'], extreme: '#6b7586',
  spent: {queueing: '#edb64f', service: '#5b9df0', connection: '#ef6573', lock: '#c58f66', calling: '#4a5364', network: '#45b89b'},
  lines: ['#5b9df0', '#f0955a', '#45b89b', '#ad86d8', '#ef6573', '#b5977a', '#e58fbd', '#a3adbd'],
  replicas: '#f0955a', warm_up: 'rgba(163,173,189,0.09)', failure: 'rgba(239,101,115,0.14)', goal: '#6fd6bb', full: 'rgba(237,182,79,0.22)', alarm: '#ef6573',
  events: {failure: '#ef6573', change: '#7fb3f5', alert: '#f0955a', info: '#98a2b3'},
  heat: ['#1d2533', '#2f5f9e', '#6aaaf5', '#e3efff'], box: '#1f242e', track: '#2a303c'
};

export function theme(name) {
  return name === 'dark' ? dark : light;
}

// Without quotation marks: ECharts writes it into an attribute as it is.
export var font = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif';
