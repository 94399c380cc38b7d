// The report of a run, beside the editor: the same page that `spate run --out` writes, made of the same
// parts, in a frame. A run that follows takes the place of the one before when it is drawn, where that
// had been scrolled to.

function filled(template, values) {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

function escapedHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export class Report {
  // `parts` are the report's: page, style, script, hash, licences. `drawing` is what the script gives.
  constructor(place, parts, drawing) {
    Object.assign(this, {place, parts, drawing, frame: null, next: null});
  }

  // The documents of a run as objects: run, drawn, and perhaps postmortem. Resolves when it is drawn.
  show(documents) {
    const json = JSON.stringify(documents).replaceAll('<', '\\u003c');
    this.drawing.load(documents);
    const html = filled(this.parts.page, {
      hash: this.parts.hash, title: escapedHtml(this.drawing.title()), style: this.parts.style, body: this.drawing.body(),
      licences: escapedHtml(this.parts.licences), documents: json, script: this.parts.script,
    });
    this.next?.remove();
    const frame = document.createElement('iframe');
    frame.title = 'The report of the run';
    frame.className = 'coming';
    this.next = frame;
    return new Promise(resolve => {
      frame.addEventListener('load', () => {
        if (this.next === frame) this.exchange(frame);
        resolve();
      });
      frame.srcdoc = html;
      this.place.append(frame);
    });
  }

  exchange(frame) {
    const now = frame.contentDocument, before = this.frame?.contentDocument;
    // A link within the report would lead the frame to this page, which is its base.
    now.addEventListener('click', event => {
      const link = event.target.closest?.('a[href^="#"]');
      if (!link) return;
      event.preventDefault();
      now.getElementById(link.getAttribute('href').slice(1))?.scrollIntoView();
    });
    if (before) {
      const look = before.documentElement.dataset.look;
      if (look && look !== now.documentElement.dataset.look) now.getElementById('look').click();
      now.documentElement.scrollTop = before.documentElement.scrollTop;
    }
    frame.className = '';
    this.frame?.remove();
    this.frame = frame;
    this.next = null;
  }

  clear() {
    this.frame?.remove();
    this.next?.remove();
    this.frame = this.next = null;
  }
}
