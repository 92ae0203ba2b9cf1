// Bundled, and run in its own process: `node suite.mjs FILE` writes a SuiteReport to FILE.
import './jasmine-globals.js';
import './test-environment.js';
import '@tensorflow/tfjs-core/dist/tests';
import { nativeCallCounts } from '../../src/index.js';
import { reportSuite } from './report-suite.js';

await reportSuite(nativeCallCounts);
