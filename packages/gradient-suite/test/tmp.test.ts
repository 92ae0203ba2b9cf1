import { it } from 'vitest';
import { checkGradients } from '../src/index.js';
import { resultLines } from '../src/result-lines.js';
import { useBackend } from './support/backend.js';
import { collect } from './support/collect.js';
it('x', async () => {
  await useBackend('ort');
  console.log(resultLines(await collect(checkGradients({ layers: ['rectify', 'biased-conv2d'], precisions: ['float32'], startTensorflow: async () => ({ name: 'ort' }) }))).join('\n'));
});
