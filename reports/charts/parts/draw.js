// From a chart's definition to a drawing: as text for a file, or alive in a page.
import {init, use} from 'echarts/core.js';
import {LineChart, BarChart, HeatmapChart, ScatterChart, CustomChart} from 'echarts/charts.js';
import {GridComponent, TooltipComponent, LegendComponent, DataZoomComponent, MarkLineComponent, MarkAreaComponent,
  VisualMapComponent} from 'echarts/components.js';
import {SVGRenderer} from 'echarts/renderers.js';
import {font, theme as themed} from './theme.js';
import {escaped, shortened} from './words.js';

use([LineChart, BarChart, HeatmapChart, ScatterChart, CustomChart, GridComponent, TooltipComponent, LegendComponent,
  DataZoomComponent, MarkLineComponent, MarkAreaComponent, VisualMapComponent, SVGRenderer]);

// Of some it depends on how broad their place is.
export function heightOf(chart, data, width) {
  return typeof chart.height === 'function' ? chart.height(data, width) : chart.height;
}

function widthOf(chart, data) {
  return chart.width ? Math.max(420, chart.width(data)) : 920;
}

// librsvg ignores dominant-baseline, so it is said as a shift. Nothing is ever hovered over, so what
// that would need is left out; names within count from the first in each picture.
function portable(svg) {
  return svg.replace(/<style ?>[\s\S]*?<\/style>\s*/g, '')
    .replace(/ (class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="visible"|xml:space="preserve")(?=[ >\/])/g, '')
    .replace(/( id="|url\(#)zr\d+-/g, '$1').replace(/dominant-baseline="central"/g, 'dy="0.35em"');
}

function drawing(chart, data, theme, size) {
  if (chart.svg) return chart.svg(data, theme, size);
  var instance = init(null, null, {renderer: 'svg', ssr: true, width: size.width, height: size.height});
  var option = chart.option(data, theme, size);
  option.animation = false;
  option.textStyle = {fontFamily: font};
  instance.setOption(option);
  var svg = instance.renderToSVGString();
  instance.dispose();
  return chart.cells ? svg.replace('</svg>', chart.cells(data, theme, size) + '</svg>') : svg;
}

// A whole picture, with its title and its own ground.
export function picture(chart, data, look) {
  var theme = themed(look), margin = 20, head = 62;
  var size = {width: widthOf(chart, data), height: heightOf(chart, data), live: false};
  var inner = drawing(chart, data, theme, size).replace('<svg ', '<svg x="' + margin + '" y="' + head + '" ');
  var width = size.width + 2 * margin, height = size.height + head + margin;
  function text(y, size, colour, weight, content) {
    return '<text x="' + (margin + 4) + '" y="' + y + '" font-size="' + size + '" font-weight="' + weight + '" fill="' + colour +
      '">' + escaped(shortened(content, Math.floor((width - 2 * margin) / size * 1.85))) + '</text>';
  }
  return portable('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="' + width +
    '" height="' + height + '" viewBox="0 0 ' + width + ' ' + height + '" font-family="' + escaped(font) + '" role="img">' +
    '<title>' + escaped(chart.title + (data.name ? ': ' + data.name : '')) + '</title>' +
    '<rect width="' + width + '" height="' + height + '" fill="' + theme.page + '"/>' +
    text(28, 16, theme.ink, 600, chart.title + (data.name ? ' – ' + data.name : '')) +
    text(47, 12, theme.muted, 400, chart.about(data)) + inner + '</svg>\n');
}

// In a page: returns what to do when the place or the look changes.
export function alive(chart, data, place) {
  var instance = null;
  function draw(look) {
    var theme = themed(look);
    // As broad as its place, which is not there while another of its group is chosen.
    if (chart.fluid) {
      if (place.clientWidth > 0) place.innerHTML = chart.svg(data, theme, {width: place.clientWidth});
      return;
    }
    if (chart.svg) {
      place.innerHTML = chart.svg(data, theme, {width: place.clientWidth});
      // What nobody could read any more is scrolled instead.
      place.firstChild.style.minWidth = chart.least * place.firstChild.getAttribute('width') + 'px';
      return;
    }
    var size = {width: place.clientWidth, height: heightOf(chart, data, place.clientWidth), live: true};
    place.style.height = size.height + 'px';
    if (instance) instance.dispose();
    instance = init(place, null, {renderer: 'svg', width: size.width, height: size.height});
    var option = chart.option(data, theme, size);
    option.animation = false;
    option.textStyle = {fontFamily: font};
    instance.setOption(option);
  }
  return {draw: draw, group: chart.group, instance: function () { return instance; }};
}
