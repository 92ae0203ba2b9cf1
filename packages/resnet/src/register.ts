import { registerLayers } from '@cifarlab/torch-layers';

registerLayers();
