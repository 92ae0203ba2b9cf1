import { once } from 'node:events';
import { type CheckpointName, oneOf, positiveNumber, wholeNumber } from '@cifarlab/experiment';
import type { ServedNetwork } from '@cifarlab/serve';
import { withInterrupt } from '@cifarlab/trainer/node';
import type { Command } from 'commander';
import { addNetworkEngineOptions, type EngineFlags, engineChoice } from '../flags/engine-options.js';
import { ruled } from '../flags/options.js';
import { portNumber } from '../flags/train-options.js';
import { inputPath } from '../flags/values.js';
import { type Io, printError, printNote, printResult } from '../terminal/io.js';
import { openInBrowser } from '../terminal/open-in-browser.js';
import { newsPrinter } from '../words/news.js';
import { isOwnAddress } from '../words/own-address.js';

interface ServeFlags extends EngineFlags {
  port: number;
  host?: string;
  checkpoint?: CheckpointName;
  maxMib: number;
  maxBatch: number;
  maxQueue: number;
  timeout: number;
  open: boolean;
}

/** Adds `serve RUN`, which answers requests with the classes of pictures. */
export function addServeCommand(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .description('classify pictures over HTTP: POST /predict, GET /health, and a page on which one drops a picture')
    .argument('<run>', 'folder of the run', inputPath)
    .addOption(ruled('--port <n>', 'port to listen at; 0: any that is free', portNumber).default(8000))
    .option('--host <address>', 'address to serve at (default: 127.0.0.1, for this machine only)', inputPath)
    .addOption(ruled('--checkpoint <name>', 'best or last (default: best where there is one)', oneOf(['best', 'last'])))
    .addOption(ruled('--max-mib <n>', 'the most MiB of a request', wholeNumber(1)).default(16))
    .addOption(ruled('--max-batch <n>', 'the most pictures that are computed at a time', wholeNumber(1)).default(32))
    .addOption(ruled('--max-queue <n>', 'the most pictures that wait', wholeNumber(1)).default(256))
    .addOption(ruled('--timeout <seconds>', 'for a request to come, and to be answered', positiveNumber).default(30))
    .option('--open', 'open the page in the browser', false);
  addNetworkEngineOptions(command);
  command.action((run: string, flags: ServeFlags) => serve(run, flags, io));
}

/** Serves until a signal comes, which is how it is meant to end. */
async function serve(path: string, flags: ServeFlags, io: Io): Promise<void> {
  const { port, host, checkpoint, maxMib, maxBatch, maxQueue, timeout } = flags;
  const { serveRun } = await import('@cifarlab/serve');
  const onInterrupt = () => printNote(io, 'answering what has come; a second signal ends it at once');
  await withInterrupt(
    async (signal) => {
      const served = await serveRun(path, {
        ...{ port, host, checkpoint, maxBatch, maxQueue },
        maxBytes: maxMib * 2 ** 20,
        timeoutSeconds: timeout,
        engine: engineChoice(flags),
        onEvent: newsPrinter(io, (line) => line.startsWith('warning: ')),
        onError: (error) => printError(io, error),
      });
      try {
        await announce(served, flags, io);
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await served.close();
      }
    },
    { onInterrupt },
  );
}

async function announce({ address }: ServedNetwork, { host, open }: ServeFlags, io: Io): Promise<void> {
  printResult(io, address);
  if (host !== undefined && !isOwnAddress(new URL(address).hostname)) {
    printNote(io, 'warning: whoever reaches this address can use the network');
  }
  printNote(io, `try it: curl --data-binary @picture.png ${address}predict`);
  printNote(io, 'Ctrl-C ends it.');
  if (open) await openInBrowser(address, io);
}
