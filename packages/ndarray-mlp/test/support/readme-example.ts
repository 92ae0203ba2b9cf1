import { accuracy, MLP, oneHot, SGD, SoftMaxCrossEntropy } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';

// 200 points in the plane, of class 1 within the unit circle and of class 0 outside.
const rng = new RandomState(42);
const points = ndarray(rng.normals(400), [200, 2]);
const classes = Array.from({ length: 200 }, (_, s) => (Math.hypot(points.get(s, 0), points.get(s, 1)) < 1 ? 1 : 0));
const targets = oneHot(classes, 2);

const model = new MLP(2, [16], 2, { init: 'he', rng });
const loss = new SoftMaxCrossEntropy();
const optimizer = new SGD(model, { momentum: 0.9 });

for (let step = 0; step <= 200; step++) {
  const logits = model.forward(points);
  if (step % 50 === 0) {
    console.log(step, loss.forward(logits, targets).toFixed(4), accuracy(logits, targets));
  }
  model.backward(loss.backward(logits, targets));
  optimizer.step(0.1);
}
