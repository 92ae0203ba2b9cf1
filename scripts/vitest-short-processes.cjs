// Loaded by the processes that tests start: they draw one picture or make a few steps, for which V8's quick compiler of
// WebAssembly is enough. The optimizing one takes a second of a core for the rasteriser alone.
require('node:v8').setFlagsFromString('--liftoff-only');
