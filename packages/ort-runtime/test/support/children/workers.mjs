// Worker threads that end in several ways, beside a main thread that does what its argument says.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { multiply } from './models.mjs';

const endings = {
  plainly() {},
  exit: () => process.exit(3),
  throw() {
    throw new Error('from the worker');
  },
  terminated() {
    for (;;) multiply(100);
  },
};

/** Starts a worker that ends so; resolves to its exit code. */
async function work(ending) {
  const worker = new Worker(new URL(import.meta.url), { workerData: ending });
  worker.on('error', (error) => {
    if (error.message !== 'from the worker') throw error;
  });
  const exit = new Promise((resolve) => worker.once('exit', resolve));
  await new Promise((resolve) => worker.once('message', resolve));
  if (ending === 'terminated') await worker.terminate();
  return exit;
}

if (!isMainThread) {
  for (let i = 0; i < 10; i++) multiply(100, { threads: 2 });
  parentPort.postMessage('started');
  endings[workerData]();
} else if (process.argv[2] === 'together') {
  multiply(100, { threads: 2 });
  const codes = Promise.all(Object.keys(endings).map(work));
  let ended = false;
  codes.then(() => {
    ended = true;
  });
  while (!ended) {
    multiply(100);
    await new Promise(setImmediate);
  }
  console.log((await codes).join());
  multiply(100).dispose();
  multiply(100);
} else if (process.argv[2] === 'left-running') {
  multiply(100, { threads: 2 });
  const worker = new Worker(new URL(import.meta.url), { workerData: 'terminated' });
  worker.on('message', () => process.exit(5));
} else {
  const codes = [];
  for (const ending of Object.keys(endings)) codes.push(await work(ending), await work(ending));
  console.log(codes.join());
  if (process.argv[2] === 'workers-then-main') multiply(100);
}
