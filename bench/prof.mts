import { ortRuntime } from '@cifarlab/ort-runtime';
import { convNetStep } from './src/worker/convnet-tasks.js';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
const rt = ortRuntime({ threads: 2 });
registerOrtBackend({ threads: 2, convolution: (process.env.CONV ?? 'auto') as any });
await tf.setBackend('ort');
const acc = new Map<string, [number, number, number]>();
const add = (k: string, t: number, gf = 0) => { const e = acc.get(k) ?? [0, 0, 0]; e[0]++; e[1] += t; e[2] += gf; acc.set(k, e); };
const keys = new WeakMap<object, string>();
const orig = rt.session.bind(rt);
(rt as any).session = (key: string, b: any) => { const s = orig(key, b); keys.set(s, key); return s; };
const OrtSession: any = orig('probe', (g: any) => g.node('Neg', [g.input('x','float32',['n'])], {}, {outputs:[g.output('y','float32',['n'])]})).constructor;
const run = OrtSession.prototype.run;
OrtSession.prototype.run = function (this: any, i: any, o: any) {
  const s = performance.now(); run.call(this, i, o); const t = performance.now() - s;
  const key = keys.get(this) ?? '?';
  let gf = 0;
  if (/MatMul|Gemm/.test(key)) { const P = o[0].dims.reduce((a: number, b: number) => a * b, 1); const kd = /true (true|false)$/.test(key) && /MatMul/.test(key) ? i[0].dims.at(-2) : /Gemm true/.test(key) ? i[0].dims[0] : i[0].dims.at(-1); gf = 2 * P * kd / 1e9; }
  add(process.env.DIMS ? `${key} ${i.map((x: any) => x.dims.join('x')).join(' ')}` : key, t, gf);
};
const be: any = tf.backend();
for (const [g, ks] of Object.entries(be.simd) as any) for (const k of Object.keys(ks)) { const f = ks[k]; ks[k] = (...a: any[]) => { const s = performance.now(); const r = f(...a); add(`simd ${g}.${k}`, performance.now() - s); return r; }; }
const task = convNetStep({ batch: 32 });
const N = Number(process.env.N ?? 10);
for (let i = 0; i < 4; i++) task.run();
acc.clear();
const times: number[] = [];
for (let i = 0; i < N; i++) { const s = performance.now(); task.run(); times.push(performance.now() - s); }
times.sort((a, b) => a - b);
const med = times[N >> 1];
let sum = 0;
for (const [k, [n, t, gf]] of [...acc].sort((a, b) => b[1][1] - a[1][1])) { sum += t / N; if (t / N > 0.3) console.log((t / N).toFixed(2).padStart(8), 'ms', String(n / N).padStart(5), gf ? `${(gf / t * 1e3).toFixed(0)}GF`.padStart(6) : '      ', k); }
console.log('step', med.toFixed(1), 'accounted', sum.toFixed(1));
