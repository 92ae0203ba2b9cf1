import { serveRun } from '@cifarlab/serve';

// Our side of the load test: node serve-ours.js RUN THREADS

const [path, threads] = process.argv.slice(2);
const { address } = await serveRun(path!, { engine: { threads: Number(threads) }, onError: console.error });
console.log(`${address}predict`);
