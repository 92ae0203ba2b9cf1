import { registerLayers } from './register-classes.js';

registerLayers();
