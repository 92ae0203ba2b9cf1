// The ESM and the CommonJS build, and what importing them loads.
import { createRequire } from 'node:module';
import * as esm from '../../dist/index.js';

const require = createRequire(import.meta.url);
const cjs = require('../../dist/index.cjs');
const loaded = () => Object.keys(require.cache).filter((path) => path.includes('koffi')).length > 0;

const before = loaded();
const same = esm.ortRuntime() === cjs.ortRuntime();
console.log(JSON.stringify({ before, after: loaded(), same }));
