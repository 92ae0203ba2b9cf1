// The ESM and the CommonJS build, and what importing them loads.
import { createRequire } from 'node:module';
import * as esm from '../../../dist/index.js';

const require = createRequire(import.meta.url);
const cjs = require('../../../dist/index.cjs');
const loaded = () => Object.keys(require.cache).filter((path) => path.includes('koffi')).length > 0;

const before = loaded();
const same = esm.ortRuntime() === cjs.ortRuntime();
const after = loaded();

// One build starts anew with what the other had loaded, and both know the errors.
esm.ortRuntime().dispose();
const restarted = cjs.ortRuntime() === esm.ortRuntime();
cjs.ortRuntime().dispose();
esm.ortRuntime();
const bytes = new Uint8Array(3);
const refusal = (() => {
  try {
    return cjs.ortRuntime().load({ bytes, inputNames: [], outputNames: [] });
  } catch (error) {
    return error;
  }
})();
const shared = refusal instanceof esm.OrtError && refusal instanceof cjs.OrtError;
console.log(JSON.stringify({ before, after, same, restarted, shared }));
