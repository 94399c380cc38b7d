// The page's worker: a module that plays while the page stays alive. It is asked by messages
// {id, ask, request}, and answers {id, text} or {id, ended}; on its way it tells {progress, events}.
import {startModule} from './module.js';

let module = null;

async function answer({id, ask, request}) {
  try {
    postMessage({id, text: module[ask](request)});
  } catch (error) {
    postMessage({id, ended: error.message});
  }
}

self.onmessage = async ({data}) => {
  if (data.compiled) {
    module = await startModule(data.compiled, (share, events) => postMessage({progress: share, events}));
    module.addFiles(data.files);
    postMessage({started: true});
    return;
  }
  await answer(data);
};
