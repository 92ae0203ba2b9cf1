import { convnet } from './convnet.js';
import { mlp } from './mlp.js';
import { mlpNdarray } from './mlp-ndarray.js';
import type { Network } from './network.js';

/** The networks of this package, in the order in which they are listed. */
export const builtInNetworks: readonly Network[] = [mlpNdarray, mlp, convnet] as readonly Network<never>[];
