// The simulator's WebAssembly module, as a page's worker or node holds it: texts in, texts out.
//
// It is given no clock, no chance, no files and no network. What its C library would ask WASI for is
// refused (52 is ENOSYS), but for text that it writes, which is told to nobody.

const kNotThere = 52;

// Throws an Error with the module's own words when it cannot go on; nothing can be asked of it then.
export async function startModule(compiled, progress) {
  let memory = null, why = '';
  const text = at => {
    const bytes = new Uint8Array(memory.buffer, at);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  };
  const wasi = new Proxy({}, {get: (_, name) => (...given) => {
    if (name === 'proc_exit') throw new Error(`ended with ${given[0]}`);
    if (name === 'fd_write') return written(memory, ...given);
    return kNotThere;
  }});
  const instance = await WebAssembly.instantiate(compiled, {
    page: {ended: at => { why = text(at); }, progress}, wasi_snapshot_preview1: wasi,
  });
  const module = instance.exports;
  memory = module.memory;
  module._initialize();

  // Asks one of its functions, and gives back what that answers, as text.
  function ask(name, request) {
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    try {
      const at = module.request(bytes.length);
      new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
      module[name]();
      const from = module.answer();
      return new TextDecoder().decode(new Uint8Array(memory.buffer, from, module.answer_size()));
    } catch (error) {
      throw new Error(why || String(error.message || error));
    }
  }
  return {
    addFiles: files => { ask('add_files', files); },
    check: request => ask('check', request),
    play: request => ask('play', request),
    openLab: request => ask('open_lab', request),
  };
}

// Says that all was written.
function written(memory, file, vectors, count, size) {
  const view = new DataView(memory.buffer);
  let sum = 0;
  for (let i = 0; i < count; ++i) sum += view.getUint32(vectors + 8 * i + 4, true);
  view.setUint32(size, sum, true);
  return 0;
}
