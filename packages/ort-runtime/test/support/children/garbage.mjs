// Small typed arrays, which V8 moves about until their memory is asked for, while garbage is collected. Needs --expose-gc.
import { ortRuntime } from '../../../dist/index.js';
import { addition } from './models.mjs';

const session = addition(ortRuntime({ threads: 1 }));
let wrong = 0;
let garbage = [];
for (let i = 0; i < 30_000; i++) {
  const length = 1 + (i % 24);
  const z = new Float32Array(length);
  session.run(
    [
      { data: new Float32Array(length).fill(i), dims: [length] },
      { data: new Float32Array(length).fill(1), dims: [length] },
    ],
    [{ data: z, dims: [length] }],
  );
  garbage.push(new Float32Array(length).fill(-1), { z });
  if (i % 100 === 0) {
    garbage = [];
    globalThis.gc({ type: i % 1000 === 0 ? 'major' : 'minor' });
  }
  if (!z.every((value) => value === i + 1)) wrong++;
}
console.log(wrong);
