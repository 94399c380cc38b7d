// Workers that hold the module: one that checks while somebody writes, one that plays. One that is
// stopped, or whose module has ended, is replaced by a fresh one.

// One worker; questions wait for each other.
export class Hand {
  constructor(script, compiled, files, onProgress) {
    Object.assign(this, {script, compiled, files, onProgress, waiting: new Map(), next: 1});
    this.start();
  }

  start() {
    this.worker = new Worker(this.script);
    this.worker.onmessage = ({data}) => this.take(data);
    this.worker.onerror = event => this.end(event.message || 'the worker ended');
    this.worker.postMessage({compiled: this.compiled, files: this.files});
  }

  take(data) {
    if ('started' in data) this.isStarted = true;
    if ('progress' in data) this.onProgress?.(data.progress, data.events);
    if ('ended' in data) return this.end(data.ended);
    if (!('id' in data)) return;
    const {resolve} = this.waiting.get(data.id);
    this.waiting.delete(data.id);
    resolve(JSON.parse(data.text));
  }

  // Everybody who waits is told why.
  end(why) {
    this.worker.terminate();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    // Where not even the first one could begin, none will.
    if (this.isStarted) this.start();
    else this.isBroken = why;
    for (const {reject} of waiting) reject(new Error(why));
  }

  get isBusy() { return this.waiting.size > 0; }

  ask(ask, request) {
    if (this.isBroken) return Promise.reject(new Error(this.isBroken));
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, {resolve, reject});
      this.worker.postMessage({id, ask, request});
    });
  }

  stop() { if (this.isBusy) this.end('stopped'); }
}
