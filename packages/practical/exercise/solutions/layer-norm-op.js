export { layerNorm } from '@cifarlab/layernorm';
