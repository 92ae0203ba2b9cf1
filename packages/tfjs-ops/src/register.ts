import { registerLayers, registerOptimizers } from './register-classes.js';

registerLayers();
registerOptimizers();
