// prof.mts
import { ortRuntime } from "@cifarlab/ort-runtime";

// src/worker/convnet-tasks.ts
import { Adam } from "@cifarlab/tfjs-ops";
import * as tf3 from "@tensorflow/tfjs-core";

// src/worker/convnet.ts
import { RandomState as RandomState2 } from "@cifarlab/numpy-random";
import { batchNormTraining } from "@cifarlab/tfjs-ops";
import * as tf from "@tensorflow/tfjs-core";

// src/worker/random.ts
import { RandomState } from "@cifarlab/numpy-random";
var WEIGHTS_SEED = 1;
var DATA_SEED = 2;
function fillUniform(array, rng, low = -1, high = 1) {
  for (let i = 0; i < array.length; i++) array[i] = rng.uniform(low, high);
  return array;
}
function imagePool(count) {
  const rng = new RandomState(DATA_SEED);
  const images = fillUniform(new Float32Array(count * 3072), rng, -128, 128);
  const classes = Int32Array.from({ length: count }, () => Math.floor(rng.uniform(0, 10)));
  return { images, classes };
}
function oneHot(classes) {
  const labels = new Float32Array(classes.length * 10);
  classes.forEach((label, i) => {
    labels[i * 10 + label] = 1;
  });
  return labels;
}

// src/worker/convnet.ts
var EPSILON = 1e-5;
var KEPT = 0.9;
function createConvNet(width = 64) {
  const weights = new Weights();
  const [a, b, c, d] = [width, 2 * width, 4 * width, 8 * width];
  const layers = [
    weights.conv(3, 3, a),
    preAct(weights, a),
    weights.conv(1, a, b),
    maxPool2,
    preAct(weights, b),
    preAct(weights, b),
    weights.conv(1, b, c),
    maxPool2,
    preAct(weights, c),
    preAct(weights, c),
    weights.conv(1, c, d),
    maxPool2,
    preAct(weights, d),
    preAct(weights, d),
    maxPool2,
    preAct(weights, d),
    preAct(weights, d),
    maxPool2,
    weights.batchNormRelu(d)
  ];
  const linear = weights.linear(d, 10);
  return {
    trainable: weights.trainable,
    running: weights.running,
    forward(x, mode) {
      const features = layers.reduce((h, layer) => apply(layer, h, mode, h !== x), x);
      return linear(tf.reshape(features, [x.shape[0], d]));
    }
  };
}
function apply(layer, x, mode, isOwn) {
  if (mode === "training") return layer(x, mode);
  const y = tf.tidy(() => layer(x, mode));
  if (isOwn) x.dispose();
  return y;
}
var maxPool2 = (x) => tf.maxPool(x, 3, 2, 1, "floor");
function preAct(weights, channels) {
  const norm = weights.batchNormRelu(channels);
  const conv = weights.conv(3, channels, channels);
  return (x, mode) => tf.add(x, conv(norm(x, mode), mode));
}
var Weights = class {
  trainable = [];
  running = [];
  #rng = new RandomState2(WEIGHTS_SEED);
  conv(kernel, inChannels, outChannels) {
    const bound = 1 / Math.sqrt(kernel * kernel * inChannels);
    const weight = this.#uniform(
      [outChannels, inChannels, kernel, kernel],
      bound,
      [2, 3, 1, 0]
    );
    const bias = this.#uniform([outChannels], bound);
    return (x) => tf.add(tf.conv2d(x, weight, 1, kernel >> 1), bias);
  }
  linear(inFeatures, outFeatures) {
    const bound = 1 / Math.sqrt(inFeatures);
    const weight = this.#uniform([outFeatures, inFeatures], bound, [1, 0]);
    const bias = this.#uniform([outFeatures], bound);
    return (x) => tf.add(tf.matMul(x, weight), bias);
  }
  batchNormRelu(channels) {
    const gamma = this.#add(tf.ones([channels]));
    const beta = this.#add(tf.zeros([channels]));
    const runningMean = tf.variable(tf.zeros([channels]), false);
    const runningVariance = tf.variable(tf.ones([channels]), false);
    this.running.push(runningMean, runningVariance);
    return (x, mode) => {
      if (mode === "evaluation") {
        return tf.relu(tf.batchNorm(x, runningMean, runningVariance, beta, gamma, EPSILON));
      }
      const { y, mean, variance } = batchNormTraining(x, gamma, beta, { epsilon: EPSILON, activation: "relu" });
      const count = x.size / channels;
      follow(runningMean, mean, 1);
      follow(runningVariance, variance, count / (count - 1));
      return y;
    };
  }
  #uniform(shape, bound, order) {
    const size = shape.reduce((product, n) => product * n, 1);
    const drawn = tf.tensor(fillUniform(new Float32Array(size), this.#rng, -bound, bound), shape);
    return this.#add(order ? tf.transpose(drawn, order) : drawn);
  }
  #add(initial) {
    const variable2 = tf.variable(initial);
    initial.dispose();
    this.trainable.push(variable2);
    return variable2;
  }
};
function follow(running, batch, factor) {
  running.assign(tf.add(tf.mul(running, KEPT), tf.mul(batch, (1 - KEPT) * factor)));
}

// src/worker/task.ts
function numberOf(parameters, name) {
  const value = parameters[name];
  if (typeof value !== "number") throw new TypeError(`Parameter '${name}' is ${value}; a number is needed.`);
  return value;
}

// src/worker/training-task.ts
import * as tf2 from "@tensorflow/tfjs-core";
var POOL = 2048;
function trainingTask({ batch, inputShape, trainable, optimizer, forward, inspect }) {
  const { images, classes } = imagePool(Math.floor(POOL / batch) * batch);
  const labels = oneHot(classes);
  let step = 0;
  const losses3 = [];
  let inspected = {};
  return {
    run() {
      const from = step * batch % classes.length;
      const x = tf2.tensor(images.subarray(from * 3072, (from + batch) * 3072), [batch, ...inputShape]);
      const y = tf2.tensor2d(labels.subarray(from * 10, (from + batch) * 10), [batch, 10]);
      const loss = () => tf2.losses.softmaxCrossEntropy(y, forward(x));
      const value = optimizer.minimize(loss, true, trainable);
      const [number] = value.dataSync();
      if (step < 2) losses3.push(number);
      if (step === 0 && inspect) inspected = inspect();
      tf2.dispose([x, y, value]);
      step += 1;
    },
    values() {
      const [firstLoss, secondLoss] = losses3;
      return { ...inspected, firstLoss, secondLoss, parameters: trainable.reduce((sum2, { size }) => sum2 + size, 0) };
    }
  };
}

// src/worker/convnet-tasks.ts
function convNetStep(parameters) {
  const { trainable, running, forward } = createConvNet(widthOf(parameters));
  return trainingTask({
    batch: numberOf(parameters, "batch"),
    inputShape: [32, 32, 3],
    trainable,
    optimizer: new Adam({ learningRate: 1e-4 }),
    forward: (x) => forward(x, "training"),
    inspect: () => ({ lastRunningMean: meanOf(running.at(-2)), lastRunningVariance: meanOf(running.at(-1)) })
  });
}
function meanOf(statistic) {
  return statistic.dataSync().reduce((sum2, value) => sum2 + value, 0) / statistic.size;
}
function widthOf(parameters) {
  return parameters.width === void 0 ? void 0 : numberOf(parameters, "width");
}

// prof.mts
import * as tf4 from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { registerOrtBackend } from "@cifarlab/tfjs-backend-ort";
var rt = ortRuntime({ threads: 2 });
registerOrtBackend({ threads: 2, convolution: process.env.CONV ?? "auto" });
await tf4.setBackend("ort");
var acc = /* @__PURE__ */ new Map();
var add2 = (k, t, gf = 0) => {
  const e = acc.get(k) ?? [0, 0, 0];
  e[0]++;
  e[1] += t;
  e[2] += gf;
  acc.set(k, e);
};
var keys = /* @__PURE__ */ new WeakMap();
var orig = rt.session.bind(rt);
rt.session = (key, b) => {
  const s = orig(key, b);
  keys.set(s, key);
  return s;
};
var OrtSession = orig("probe", (g) => g.node("Neg", [g.input("x", "float32", ["n"])], {}, { outputs: [g.output("y", "float32", ["n"])] })).constructor;
var run = OrtSession.prototype.run;
OrtSession.prototype.run = function(i, o) {
  const s = performance.now();
  run.call(this, i, o);
  const t = performance.now() - s;
  const key = keys.get(this) ?? "?";
  let gf = 0;
  if (/MatMul|Gemm/.test(key)) {
    const P = o[0].dims.reduce((a, b) => a * b, 1);
    const kd = /true (true|false)$/.test(key) && /MatMul/.test(key) ? i[0].dims.at(-2) : /Gemm true/.test(key) ? i[0].dims[0] : i[0].dims.at(-1);
    gf = 2 * P * kd / 1e9;
  }
  add2(process.env.DIMS ? `${key} ${i.map((x) => x.dims.join("x")).join(" ")}` : key, t, gf);
};
var be = tf4.backend();
for (const [g, ks] of Object.entries(be.simd)) for (const k of Object.keys(ks)) {
  const f = ks[k];
  ks[k] = (...a) => {
    const s = performance.now();
    const r = f(...a);
    add2(`simd ${g}.${k}`, performance.now() - s);
    return r;
  };
}
var task = convNetStep({ batch: 32 });
var N = Number(process.env.N ?? 10);
for (let i = 0; i < 4; i++) task.run();
acc.clear();
var times = [];
for (let i = 0; i < N; i++) {
  const s = performance.now();
  task.run();
  times.push(performance.now() - s);
}
times.sort((a, b) => a - b);
var med = times[N >> 1];
var sum = 0;
for (const [k, [n, t, gf]] of [...acc].sort((a, b) => b[1][1] - a[1][1])) {
  sum += t / N;
  if (t / N > 0.3) console.log((t / N).toFixed(2).padStart(8), "ms", String(n / N).padStart(5), gf ? `${(gf / t * 1e3).toFixed(0)}GF`.padStart(6) : "      ", k);
}
console.log("step", med.toFixed(1), "accounted", sum.toFixed(1));
