export { layerNormBackward, layerNormForward } from '@cifarlab/layernorm/ndarray';
