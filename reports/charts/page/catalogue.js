// The page that lists labs: by group, what each row says, what came of its lab, and the way there.
import {escaped, words} from '../parts/words.js';
import {named} from './parts.js';

function state(each) {
  var said = each.proven ? 'proven' : 'not proven';
  return '<span class="state ' + (each.proven ? 'held' : 'failed') + '">' + said + '</span>';
}

function counts(each) {
  if (!each.statements) return '';
  return each.statements + ' statement' + (each.statements === 1 ? '' : 's') + ', ' + each.broken + ' broken' +
    (each.premises ? ', ' + each.premises + ' premise' + (each.premises === 1 ? '' : 's') : '');
}

function entry(each) {
  return '<li class="entry"><div class="what"><a href="' + escaped(each.page) + '">' + escaped(each.row) + '</a>' + state(each) +
    '<span class="muted">' + escaped(counts(each)) + '</span></div><div><p class="title">' + named(each.title) + '</p>' +
    (each.en ? '<p lang="en">' + named(each.en) + '</p><p lang="ko">' + named(each.ko) + '</p>' : '') +
    (each.why.length ? '<p class="answer failed">' + named(each.why.join('; ')) + '</p>' : '') + '</div></li>';
}

function proven(group) {
  return group.labs.filter(function (each) { return each.proven; }).length;
}

export default {
  charts: [],
  texts: {},
  title: function () { return 'Labs'; },
  body: function (data) {
    var catalogue = data.catalogue, all = 0, good = 0;
    catalogue.groups.forEach(function (group) { all += group.labs.length; good += proven(group); });
    return '<header><h1>Labs <span lang="ko">실습</span></h1><p class="about">A lab is what a row of a guide claims, shown by runs, with controls ' +
      'that take away what it is about and must break it.</p><p class="about" lang="ko">실습은 가이드의 한 줄을 실행으로 보여 준다. 그 원리를 없앤 대조 실험에서는 ' +
      '주장이 깨져야 한다.</p><p class="muted">' + good + ' of ' + all + ' proven · ' + escaped(catalogue.tool.name + ' ' + catalogue.tool.version) +
      '</p></header><nav class="groups" aria-label="Groups">' + catalogue.groups.map(function (group) {
      return '<a href="#' + escaped(group.id) + '"><b>' + escaped(group.id) + '</b> ' + escaped(words(group.en)) + ' <span lang="ko">' + escaped(group.ko) + '</span> ' +
        '<small>' + proven(group) + '/' + group.labs.length + '</small></a>';
    }).join('') + '</nav>' + catalogue.groups.map(function (group) {
      return '<section id="' + escaped(group.id) + '"><h2>' + escaped(group.en) + ' <span class="muted" lang="ko">' + escaped(group.ko) +
        '</span></h2><ul class="entries">' + group.labs.map(entry).join('') + '</ul></section>';
    }).join('');
  }
};
