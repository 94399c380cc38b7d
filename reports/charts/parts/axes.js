// What the charts have in common: axes, tooltips, legends, and the marks of what happened.
import {font} from './theme.js';
import {duration, grouped, shortened, words, escaped} from './words.js';

var steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600,
  43200, 86400, 172800, 432000, 864000, 2592000];

// "4 min" rather than "240".
export function clock(seconds, end) {
  var s = Math.round(seconds * 1000) / 1000;
  if (s === 0) return '0';
  if (end <= 180) return s + ' s';
  if (end <= 7200) return Math.round(s / 6) / 10 + ' min';
  if (end <= 172800) return Math.round(s / 360) / 10 + ' h';
  return Math.round(s / 8640) / 10 + ' d';
}

export function timeStep(end, size) {
  var most = Math.max(3, Math.floor(size.width / 95));
  return steps.filter(function (each) { return end / each <= most; })[0] || end / most;
}

export function timeAxis(end, theme, size) {
  var step = end < 4 ? undefined : timeStep(end, size);
  return {
    type: 'value', min: 0, max: end, interval: step,
    axisLine: {lineStyle: {color: theme.axis}}, axisTick: {lineStyle: {color: theme.axis}},
    splitLine: {show: false},
    axisLabel: {color: theme.muted, fontFamily: font, fontSize: 11, hideOverlap: true, showMaxLabel: false,
      formatter: function (value) { return clock(value, end); }},
    axisPointer: {label: {show: false}, lineStyle: {color: theme.faint}}
  };
}

export function valueAxis(theme, format, more) {
  var axis = {
    type: 'value', axisLine: {show: false}, axisTick: {show: false},
    splitLine: {lineStyle: {color: theme.line}}, minorSplitLine: {show: false},
    axisLabel: {color: theme.muted, fontFamily: font, fontSize: 11, hideOverlap: true, formatter: format},
    nameTextStyle: {color: theme.muted, fontFamily: font, fontSize: 11}
  };
  Object.keys(more || {}).forEach(function (key) { axis[key] = more[key]; });
  return axis;
}

// Decades stay what they are: 1,000 s rather than 16.7 min.
function decade(ms) {
  return ms >= 120e3 && ms < 1e9 ? grouped(ms / 1e3) + ' s' : duration(ms);
}

// Latencies over more than a decade and a half are read on a logarithmic axis.
export function latencyAxis(theme, lowest, highest, more) {
  var axis = valueAxis(theme, duration, more);
  if (lowest > 0 && highest / lowest > 30) {
    axis.type = 'log';
    axis.axisLabel.formatter = decade;
    axis.min = Math.pow(10, Math.floor(Math.log(lowest) / Math.LN10 + 1e-9));
    axis.max = Math.pow(10, Math.ceil(Math.log(highest) / Math.LN10 - 1e-9));
  } else {
    axis.min = 0;
  }
  return axis;
}

export function categoryAxis(names, theme, most) {
  return {
    type: 'category', data: names, inverse: true,
    axisLine: {lineStyle: {color: theme.axis}}, axisTick: {show: false},
    axisLabel: {color: theme.ink, fontFamily: font, fontSize: 12, interval: 0,
      formatter: function (name) { return shortened(name, most || 22); }}
  };
}

export function legend(theme, more) {
  var all = {
    left: 4, right: 4, top: 0, type: 'scroll', pageIconSize: 10, pageTextStyle: {color: theme.muted, fontSize: 11},
    pageIconColor: theme.muted, pageIconInactiveColor: theme.line, itemWidth: 14, itemHeight: 8, itemGap: 16, icon: 'roundRect',
    textStyle: {color: theme.muted, fontFamily: font, fontSize: 12, lineHeight: 17}, inactiveColor: theme.axis
  };
  Object.keys(more || {}).forEach(function (key) { all[key] = more[key]; });
  return all;
}

// Rows of a tooltip: what, in which colour, how much. Names are text, never markup.
export function tip(title, rows) {
  return '<div class="tip"><b>' + escaped(title) + '</b>' + rows.map(function (row) {
    var mark = row.colour ? '<i style="background:' + row.colour + '"></i>' : '<i></i>';
    return '<div>' + mark + '<span>' + escaped(row.name) + '</span><em>' + escaped(row.value) + '</em></div>';
  }).join('') + '</div>';
}

export function tooltip(theme, format, more) {
  var all = {
    trigger: 'axis', confine: true, backgroundColor: theme.page, borderColor: theme.axis, borderWidth: 1,
    padding: [8, 12], textStyle: {color: theme.ink, fontFamily: font, fontSize: 12},
    extraCssText: 'box-shadow:0 4px 18px rgba(0,0,0,.16);border-radius:8px', transitionDuration: 0,
    axisPointer: {type: 'line', lineStyle: {color: theme.faint, width: 1, type: 'solid'}}, formatter: format
  };
  Object.keys(more || {}).forEach(function (key) { all[key] = more[key]; });
  return all;
}

export function line(name, points, colour, more) {
  var all = {
    type: 'line', name: name, data: points, showSymbol: false, symbol: 'circle', symbolSize: 6, animation: false,
    lineStyle: {color: colour, width: 2, join: 'round'}, itemStyle: {color: colour}, emphasis: {disabled: true}
  };
  Object.keys(more || {}).forEach(function (key) { all[key] = more[key]; });
  return all;
}

// [[time, value], ...] of a value an interval, each in the middle of its interval.
export function overTime(drawn, values) {
  var step = drawn.interval_s;
  return values.map(function (value, i) { return [Math.round((i + 0.5) * step * 1e6) / 1e6, value]; });
}

// How broad each line is: one that a later line hides shows at both of its sides.
export function widths(lists) {
  return lists.map(function (list, i) {
    var hidden = lists.slice(i + 1).some(function (other) {
      return list.every(function (value, k) { return value === other[k] || Math.abs(value - other[k]) <= 0.02 * Math.abs(value); });
    });
    return hidden ? 4.5 : 1.6;
  });
}

export function extent(lists) {
  var low = Infinity, high = 0;
  lists.forEach(function (values) {
    values.forEach(function (value) {
      if (value === null || !(value > 0)) return;
      if (value < low) low = value;
      if (value > high) high = value;
    });
  });
  return {low: low, high: high};
}

// What a mark means, and so its colour: something fails; somebody scales, rolls out or fails over; an
// alert; or it is only worth knowing.
var failing = /out of memory|OOMKilled|evicted|not ready|\blost\b|held to be down|panic|^pending|^(open|fallback)|memory at/;
var changing = /^(hpa|vpa|keda|rollout|rolled out|rollback|switched|scaled|resharded|promoted|follows|elected|replaced|deleted|machine|drain|taint|restarted|ready|autoscaler)/;

function toneOf(each, alert) {
  if (alert) return 'alert';
  if (each.failure || failing.test(each.what)) return 'failure';
  return changing.test(each.what) ? 'change' : 'info';
}

// Incidents of one kind at the instances of one node are one mark; what heals has an end.
export function happenings(run) {
  var all = [], open = {};
  (run.incidents || []).forEach(function (each) {
    var node = each.node.replace(/\[.*$/, '');
    var alert = /^alert /.test(node);
    var healed = / healed$/.test(each.what) || (alert && each.what === 'resolved');
    var what = alert && healed ? 'firing' : each.what.replace(/ healed$/, '');
    var key = node + '\u0001' + what;
    var known = open[key];
    if (healed) {
      if (known) { known.until = each.at_s; delete open[key]; }
      return;
    }
    if (known) { known.times += 1; return; }
    open[key] = {at: each.at_s, until: null, node: node, what: words(what), tone: toneOf(each, alert),
      detail: each.detail, class: each.class || '', times: 1};
    all.push(open[key]);
  });
  all.forEach(function (each) {
    each.text = each.node + ' ' + each.what + (each.times > 1 ? ' ×' + each.times : '');
  });
  return all;
}

// "availability during 6min..8min >= 99%", "p(99) after 10min < 200ms": where these look.
function windows(run) {
  var units = {ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400}, found = [];
  var time = '\\s*(\\d+(?:\\.\\d+)?)\\s*(ns|us|ms|s|min|h|d)';
  (run.expect || []).forEach(function (each) {
    var pattern = new RegExp('\\b(?:during' + time + '\\s*\\.\\.' + time + '|after' + time + ')', 'g'), match;
    while ((match = pattern.exec(each.expr)) !== null) {
      var window = match[1] ? {begin: match[1] * units[match[2]], end: match[3] * units[match[4]]}
        : {begin: match[5] * units[match[6]], end: run.simulated_s};
      var known = found.some(function (other) { return other.begin === window.begin && other.end === window.end; });
      if (!known) found.push(window);
    }
  });
  return found.slice(0, 8);
}

// Bands and lines for the warm-up and for what happened, with as many labels as there is room for.
export function marks(data, theme, size) {
  var end = data.run.simulated_s, rows = [], plot = Math.max(100, size.width - 110);
  var areas = [], lines = [];
  if (data.run.warm_up_s > 0) {
    areas.push([{xAxis: 0, itemStyle: {color: theme.warm_up},
      label: {show: data.run.warm_up_s / end > 0.07, position: 'insideBottom', formatter: 'warm-up',
        color: theme.faint, fontFamily: font, fontSize: 11}},
    {xAxis: data.run.warm_up_s}]);
  }
  windows(data.run).forEach(function (each) {
    areas.push([{xAxis: each.begin, itemStyle: {color: theme.warm_up, borderColor: theme.faint, borderWidth: 1, borderType: 'dashed'},
      label: {show: (each.end - each.begin) / end > 0.07, position: 'insideBottom', formatter: 'expected', color: theme.faint,
        fontFamily: font, fontSize: 11}}, {xAxis: each.end}]);
  });
  happenings(data.run).slice(0, 24).forEach(function (each) {
    // An alert is a line where it began to fire, a failure a band as long as it was there.
    var colour = theme.events[each.tone], isAlert = each.tone === 'alert';
    if (each.until !== null && !isAlert) {
      areas.push([{xAxis: each.at, itemStyle: {color: theme.failure}, label: {show: false}}, {xAxis: each.until}]);
    }
    var text = shortened(each.text, 34), wide = text.length * 6.1 + 12;
    var at = each.at / end * plot;
    var left = at + wide > plot ? at - wide : at;
    var row = 0;
    while (row < rows.length && rows[row] > left) row += 1;
    if (row < 3 && left >= 0) rows[row] = left + wide;
    lines.push({xAxis: each.at, name: each.text, lineStyle: {color: colour, type: isAlert ? 'solid' : [3, 3]},
      label: {show: row < 3 && left >= 0, formatter: text.replace(/[{}]/g, ''), position: 'end', distance: 0,
        align: left < at ? 'right' : 'left', verticalAlign: 'bottom', offset: [left < at ? -4 : 4, -14 * row - 1],
        color: colour, fontFamily: font, fontSize: 11}});
  });
  return {
    rows: Math.min(3, rows.length),
    series: {
      type: 'line', name: 'marks', data: [], silent: true, animation: false, tooltip: {show: false},
      markArea: {silent: true, animation: false, data: areas},
      markLine: {silent: true, animation: false, symbol: ['none', 'none'], data: lines,
        lineStyle: {color: theme.events.info, type: [3, 3], width: 1, opacity: 0.8}}
    }
  };
}

// Where the chart may be zoomed along its time.
export function zoom(theme, size, right) {
  if (!size.live) return [];
  return [{
    type: 'slider', xAxisIndex: 0, height: 16, bottom: 4, left: 60, right: right || 20, brushSelect: false,
    showDataShadow: false, showDetail: false, borderColor: 'transparent', backgroundColor: theme.track,
    fillerColor: theme.name === 'dark' ? 'rgba(91,157,240,0.25)' : 'rgba(61,134,224,0.18)',
    handleSize: '110%', handleStyle: {color: theme.page, borderColor: theme.faint},
    moveHandleSize: 0, filterMode: 'none'
  }, {type: 'inside', xAxisIndex: 0, zoomOnMouseWheel: 'shift', moveOnMouseWheel: false, filterMode: 'none'}];
}

// Bars with their names on the left; a narrow place leaves more of it to the bars.
export function barGrid(size, left, right, top) {
  return {left: size.width < 520 ? Math.min(left, 112) : left, right: right, top: top, bottom: 26};
}

export function shareAxis(theme, size, more) {
  var axis = valueAxis(theme, function (value) { return Math.round(value * 100) + ' %'; },
    {min: 0, max: 1, interval: size.width < 520 ? 0.5 : 0.25});
  Object.keys(more || {}).forEach(function (key) { axis[key] = more[key]; });
  return axis;
}

export function namesFor(size, most) {
  return size.width < 520 ? Math.min(most, 14) : most;
}

export function gridOf(size, top, more) {
  var all = {left: 60, right: 20, top: top, bottom: size.live ? 50 : 30, containLabel: false};
  Object.keys(more || {}).forEach(function (key) { all[key] = more[key]; });
  return all;
}
