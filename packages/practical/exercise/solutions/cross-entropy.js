export { CrossEntropy } from '@cifarlab/ndarray-mlp';
