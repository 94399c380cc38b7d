// The scenarios that come with the page, to choose from: labs, which claim something, and others.

export class Library {
  constructor(dialog, entries, onChosen) {
    Object.assign(this, {dialog, entries, onChosen});
    this.search = dialog.querySelector('input');
    this.list = dialog.querySelector('ul');
    this.search.addEventListener('input', () => this.fill());
    this.search.addEventListener('keydown', event => {
      if (event.key === 'Enter') { event.preventDefault(); this.list.querySelector('button')?.click(); }
    });
    dialog.querySelector('.close').addEventListener('click', () => dialog.close());
  }

  open() {
    this.search.value = '';
    this.fill();
    this.dialog.showModal();
    this.search.focus();
  }

  // Those that have each word that was written, anywhere.
  fill() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let group = null;
    const rows = [];
    for (const entry of this.entries) {
      const text = `${entry.name} ${entry.group} ${entry.title}`.toLowerCase();
      if (!words.every(word => text.includes(word))) continue;
      if (entry.group !== group) {
        group = entry.group;
        const head = document.createElement('li');
        head.className = 'group';
        head.textContent = group;
        rows.push(head);
      }
      rows.push(this.row(entry));
    }
    this.list.replaceChildren(...rows);
  }

  row(entry) {
    const row = document.createElement('li'), button = document.createElement('button');
    const name = document.createElement('b'), title = document.createElement('span');
    button.type = 'button';
    name.textContent = entry.label;
    title.textContent = entry.title;
    button.append(name, title);
    button.addEventListener('click', () => { this.dialog.close(); this.onChosen(entry); });
    row.append(button);
    return row;
  }
}
