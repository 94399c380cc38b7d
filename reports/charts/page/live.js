// What brings a page to life in a browser: the charts, the look, zooming them together.
import {alive} from '../parts/draw.js';

function preferred() {
  return window.matchMedia && window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

// What is zoomed in one chart of time is zoomed in all.
function together(charts) {
  var busy = false;
  charts.forEach(function (chart) {
    var instance = chart.instance();
    if (!instance || !(instance.getOption().dataZoom || []).length) return;
    instance.on('datazoom', function () {
      if (busy) return;
      busy = true;
      var zoomed = instance.getOption().dataZoom[0];
      charts.forEach(function (other) {
        var its = other.instance();
        if (!its || its === instance || !(its.getOption().dataZoom || []).length) return;
        its.dispatchAction({type: 'dataZoom', start: zoomed.start, end: zoomed.end});
      });
      busy = false;
    });
  });
}

export function live(page, known, data) {
  var chosen = null, places = document.querySelectorAll('[data-chart]');
  var charts = [].map.call(places, function (place) {
    var chart = known.filter(function (each) { return each.name === place.getAttribute('data-chart'); })[0];
    return alive(chart, data, place);
  });
  function draw() {
    var look = chosen || preferred();
    document.documentElement.setAttribute('data-look', look);
    charts.forEach(function (chart) { chart.draw(look); });
    together(charts);
    document.documentElement.setAttribute('data-drawn', String(charts.length));
  }
  [].forEach.call(document.querySelectorAll('[data-group]'), function (each) {
    each.addEventListener('change', function () {
      charts.forEach(function (chart) {
        if (chart.group === each.getAttribute('data-group')) chart.draw(chosen || preferred());
      });
    });
  });
  // Open for those who have no charts.
  [].forEach.call(document.querySelectorAll('details.instead'), function (each) { each.open = false; });
  var button = document.getElementById('look');
  button.hidden = false;
  button.addEventListener('click', function () {
    chosen = (chosen || preferred()) === 'dark' ? 'light' : 'dark';
    draw();
  });
  if (window.matchMedia) {
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () { if (!chosen) draw(); });
  }
  var width = window.innerWidth, waiting = null;
  window.addEventListener('resize', function () {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(draw, 120);
  });
  [].forEach.call(document.querySelectorAll('[data-json]'), function (place) {
    place.textContent = page.texts[place.getAttribute('data-json')](data);
  });
  window.addEventListener('beforeprint', function () {
    [].forEach.call(document.querySelectorAll('details'), function (each) { each.open = true; });
  });
  draw();
}
