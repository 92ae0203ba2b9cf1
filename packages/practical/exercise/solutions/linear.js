export { Linear } from '@cifarlab/ndarray-mlp';
