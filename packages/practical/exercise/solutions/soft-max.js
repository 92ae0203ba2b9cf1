export { SoftMax } from '@cifarlab/ndarray-mlp';
