import { SGD } from '@cifarlab/ndarray-mlp';

export { accuracy } from '@cifarlab/ndarray-mlp';

export function train(mlp, loss, nextBatch, { steps, learningRate }) {
  const sgd = new SGD(mlp);
  return Array.from({ length: steps }, () => {
    const { x, targets } = nextBatch();
    const probabilities = mlp.forward(x);
    mlp.backward(loss.backward(probabilities, targets));
    sgd.step(learningRate);
    return loss.forward(probabilities, targets);
  });
}
