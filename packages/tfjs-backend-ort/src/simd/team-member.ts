/**
 * What a helper thread of a {@link SimdTeam} runs, as CommonJS: it instantiates the kernels on the shared memory, then
 * sleeps until it is given a call. A string, so that it needs no file of its own wherever the package is bundled.
 */
export const TEAM_MEMBER = `
const { module, memory, workspace, functions, control } = require('node:worker_threads').workerData;
const { exports: simd } = new WebAssembly.Instance(module, { env: { memory } });
simd.setWorkspace(workspace);
const calls = functions.map((name) => simd[name]);
const state = new Int32Array(control);
const values = new Float64Array(control, 8);
Atomics.store(state, 0, 0);
for (;;) {
  for (let now = Atomics.load(state, 0); now !== 1; now = Atomics.load(state, 0)) Atomics.wait(state, 0, now);
  const [code, count] = values;
  try {
    calls[code](...values.subarray(2, 2 + count));
    Atomics.store(state, 0, 0);
  } catch {
    Atomics.store(state, 0, 2);
  }
  Atomics.notify(state, 0);
}
`;
