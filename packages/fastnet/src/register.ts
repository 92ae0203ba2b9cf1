import { registerLayers } from './register-layers.js';

registerLayers();
