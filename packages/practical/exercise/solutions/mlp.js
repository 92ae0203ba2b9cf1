import { MLP as LogitMLP } from '@cifarlab/ndarray-mlp';

/** The package's network, with the practical's softmax at its end. */
export class MLP extends LogitMLP {
  constructor(nInputs, nHidden, numClasses, options) {
    super(nInputs, nHidden, numClasses, { ...options, output: 'probabilities' });
  }
}
