// The draft of a post-mortem, from its Markdown: headings, lists, tables and paragraphs, and nothing else.
import {escaped} from '../parts/words.js';
import {table} from './parts.js';

// What was escaped for Markdown is said as it is.
function said(text) {
  return escaped(text.replace(/\\(.)/g, '$1')).replace(/\*\*(.*?)\*\*/g, '<strong>$1</strong>');
}

function cells(line) {
  return line.replace(/\\\|/g, '\u0000').split('|').slice(1, -1).map(function (cell) {
    return said(cell.replace(/\u0000/g, '|').trim());
  });
}

// A heading of numbers is marked by how its column is aligned.
function tableOf(lines) {
  var numbers = lines[1].split('|').slice(1, -1);
  var headings = cells(lines[0]).map(function (cell, i) { return (/:$/.test(numbers[i]) ? '#' : '') + cell; });
  return table(headings, lines.slice(2).map(cells));
}

function blockOf(lines) {
  if (/^#+ /.test(lines[0])) {
    var own = /^## /.test(lines[0]) ? 'h3' : 'p';
    return '<' + own + '>' + said(lines[0].replace(/^#+ /, '')) + '</' + own + '>';
  }
  if (lines[0].charAt(0) === '|') return tableOf(lines);
  if (/^- /.test(lines[0])) {
    return '<ul>' + lines.map(function (line) { return '<li>' + said(line.replace(/^- /, '')) + '</li>'; }).join('') + '</ul>';
  }
  return '<p>' + said(lines.join(' ')) + '</p>';
}

export function postmortem(data) {
  if (!data.postmortem) return '';
  var blocks = data.postmortem.trim().split(/\n\n+/).slice(1);
  return '<section id="postmortem"><h2>Post-mortem (draft)</h2>' + blocks.map(function (block) {
    return blockOf(block.split('\n'));
  }).join('') + '</section>';
}
