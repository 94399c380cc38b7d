// What differs between two texts, line by line: the longest common subsequence, by the textbook's
// table over what is between the lines that both begin and end with.
var most = 600000;

export function differences(before, after) {
  var a = before.split('\n'), b = after.split('\n'), from = 0, end = 0, out = [], i, j;
  while (from < a.length && from < b.length && a[from] === b[from]) from += 1;
  while (end < a.length - from && end < b.length - from && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  function add(kind, text, at) { out.push({kind: kind, text: text, at: at}); }
  for (i = 0; i < from; i += 1) add(' ', a[i], i);
  var m = a.length - from - end, k = b.length - from - end, table = [];
  if (m * k > most) {
    for (i = 0; i < m; i += 1) add('-', a[from + i], from + i);
    for (j = 0; j < k; j += 1) add('+', b[from + j], from + m);
  } else {
    for (i = m; i >= 0; i -= 1) {
      table[i] = [];
      for (j = k; j >= 0; j -= 1) {
        table[i][j] = i === m || j === k ? 0 : a[from + i] === b[from + j] ? table[i + 1][j + 1] + 1
          : Math.max(table[i + 1][j], table[i][j + 1]);
      }
    }
    i = 0;
    j = 0;
    while (i < m || j < k) {
      if (i < m && j < k && a[from + i] === b[from + j]) { add(' ', a[from + i], from + i); i += 1; j += 1; }
      else if (j === k || i < m && table[i + 1][j] >= table[i][j + 1]) { add('-', a[from + i], from + i); i += 1; }
      else { add('+', b[from + j], from + i); j += 1; }
    }
  }
  for (i = a.length - end; i < a.length; i += 1) add(' ', a[i], i);
  return out;
}

// Only what differs, with some lines around it; null stands for lines that are left out.
export function hunks(lines, around) {
  var near = lines.map(function (each, i) {
    return lines.slice(Math.max(0, i - around), i + around + 1).some(function (other) { return other.kind !== ' '; });
  });
  var out = [], skipped = false;
  lines.forEach(function (each, i) {
    if (!near[i]) { skipped = true; return; }
    if (skipped) out.push(null);
    skipped = false;
    out.push(each);
  });
  if (skipped && out.length) out.push(null);
  return out;
}
