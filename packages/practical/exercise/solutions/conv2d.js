export { Conv2d } from '@cifarlab/ndarray-mlp';
