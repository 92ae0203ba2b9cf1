/**
 * Program of a helper thread of a {@link SimdTeam}, as CommonJS: it instantiates the kernels on the shared memory,
 * sleeps until there is a job, and takes calls of it until none are left. It is a string, so that a bundle of the
 * package does not need another file; the words of the control block are those of simd-team.ts. `module` is a name that Deno
 * has given already.
 */
export const TEAM_MEMBER = `
const { module: compiled, memory, workspace, functions, control } = require('node:worker_threads').workerData;
const { exports: simd } = new WebAssembly.Instance(compiled, { env: { memory } });
simd.setWorkspace(workspace);
const kernels = functions.map((name) => simd[name]);
const words = new Int32Array(control);
const calls = new Float64Array(control);
for (let job = 0; ; ) {
  Atomics.wait(words, 0, job);
  job = Atomics.load(words, 0);
  for (;;) {
    const claim = Atomics.add(words, 1, 1);
    const [call, count] = [claim & 255, (claim >> 8) & 255];
    if (call >= count) break;
    const at = 2 + 32 * call;
    try {
      kernels[calls[at]](...calls.subarray(at + 2, at + 2 + calls[at + 1]));
    } catch {
      Atomics.store(words, 3, call + 1);
    }
    if (Atomics.add(words, 2, 1) + 1 === count) Atomics.notify(words, 2);
  }
}
`;
