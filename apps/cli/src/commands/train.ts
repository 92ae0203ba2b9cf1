import type { Command } from 'commander';
import type { ExitCode } from '../errors.js';
import { type Io, ioOf } from '../io.js';
import { trainMlpNdarray } from '../train/mlp-ndarray.js';
import { addTrainParser } from './train-parser.js';

/** `train <model>`: trains a network, or goes on with an earlier run. */
export function addTrainCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  addTrainParser(program, {
    async 'mlp-ndarray'(request) {
      exit(await trainMlpNdarray(request, ioOf(io, request.flags)));
    },
    async mlp(request) {
      // TensorFlow.js takes its time to load; the other commands do without.
      const { trainMlp } = await import('../train/mlp.js');
      exit(await trainMlp(request, ioOf(io, request.flags)));
    },
    async convnet(request) {
      const { trainConvNet } = await import('../train/convnet.js');
      exit(await trainConvNet(request, ioOf(io, request.flags)));
    },
  });
}
