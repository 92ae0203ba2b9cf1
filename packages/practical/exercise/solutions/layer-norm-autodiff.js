export { layerNormAutodiff } from '@cifarlab/layernorm';
