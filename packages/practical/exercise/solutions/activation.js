export { ELU, Tanh } from '@cifarlab/ndarray-mlp';
