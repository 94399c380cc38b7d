// What pages are put together from. Everything that comes from a scenario goes through escaped().
import {escaped} from '../parts/words.js';
import {heightOf} from '../parts/draw.js';

// A name may be written from right to left; it does not turn what stands beside it.
export function named(text) {
  return '<bdi>' + escaped(text) + '</bdi>';
}

// Links to all sections of a page that have a name and a heading.
export function contents(body) {
  var pattern = /<(?:section|figure)[^>]* id="([^"]+)"[^>]*>(?:<figcaption>)?<h2>(.*?)<\/h2>/g, links = [], match;
  while ((match = pattern.exec(body)) !== null) links.push('<li><a href="#' + match[1] + '">' + match[2] + '</a></li>');
  return links.length < 4 ? '' : '<nav class="contents" aria-label="Contents"><ul>' + links.join('') + '</ul></nav>';
}

export function tag(name, attributes, content) {
  return '<' + name + (attributes ? ' ' + attributes : '') + '>' + content + '</' + name + '>';
}

export function figure(chart, data) {
  var height = chart.svg ? 0 : heightOf(chart, data);
  return '<figure id="' + chart.name + '"><figcaption><h2>' + escaped(chart.title) + '</h2><p>' + escaped(chart.about(data)) +
    '</p></figcaption><div class="chart' + (chart.svg ? ' drawing' : '') + '" data-chart="' + chart.name +
    '" role="img" aria-label="' + escaped(chart.title) + '" style="' + (chart.svg ? '' : 'height:' + height + 'px') +
    '"></div></figure>';
}

// rows: [[cell, ...], ...], cells are markup already; a heading that starts with "#" is of numbers.
export function table(headings, rows) {
  function numeric(i) { return headings[i].charAt(0) === '#'; }
  return '<div class="wide"><table><thead><tr>' + headings.map(function (heading, i) {
    return '<th' + (numeric(i) ? ' class="number"' : '') + '>' + escaped(heading.replace('#', '')) + '</th>';
  }).join('') + '</tr></thead><tbody>' + rows.map(function (row) {
    return '<tr>' + row.map(function (cell, i) {
      return '<td' + (numeric(i) ? ' class="number"' : '') + '>' + cell + '</td>';
    }).join('') + '</tr>';
  }).join('') + '</tbody></table></div>';
}

export function tile(title, value, more, tone) {
  return '<div class="tile' + (tone ? ' ' + tone : '') + '"><span>' + escaped(title) + '</span><b>' + escaped(value) +
    '</b><small>' + escaped(more || '') + '</small></div>';
}
