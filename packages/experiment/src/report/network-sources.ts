import type { EngineFamily } from '@cifarlab/engines';
import type { Dataset, ImageFormat } from '../images/dataset.js';
import { loadDataset } from '../run/dataset.js';
import { startUsing } from '../run/engine.js';
import type { UseEvent } from '../run/events.js';
import type { RunOptions } from '../run/options.js';
import type { RecordedFolder } from '../run/run-folder.js';

/** Sources of a report's networks: of the images, and of the engine. */
export interface NetworkSources {
  /** Loads the images. @throws Cifar10Error when they are not available. */
  dataset: (format: ImageFormat) => Promise<Dataset>;
  /** Starts what computes this run's network. @throws EngineError when it does not work here. */
  startEngine: (run: Pick<RecordedFolder, 'network'>) => Promise<void>;
}

/** Makes sources that load the same images and start the same engine once only. */
export function sourcesOf({ data = {}, engine = {} }: RunOptions, tell: (event: UseEvent) => void): NetworkSources {
  const datasets = new Map<string, Promise<Dataset>>();
  const started = new Set<EngineFamily>();
  return {
    dataset(format) {
      const key = JSON.stringify(format);
      const loading = datasets.get(key) ?? loadDataset(data, { format }, tell);
      datasets.set(key, loading);
      return loading;
    },
    async startEngine({ network }) {
      if (started.has(network.engine)) return;
      tell({ type: 'engine', engine: await startUsing(network, engine), choice: engine, recorded: undefined });
      started.add(network.engine);
    },
  };
}
