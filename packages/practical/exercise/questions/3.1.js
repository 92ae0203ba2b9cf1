import { layerNormAutodiff } from '../src/layer-norm-autodiff.js';
import { testLayerNorm } from './layer-norm-tensors.js';

testLayerNorm('layerNormAutodiff', layerNormAutodiff);
