import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byKey, networkOf, type RunConfig, settingsOf } from '@cifarlab/experiment';
import { seededNoise } from './seeded-noise.js';

/** Description of a run that is written for a test. */
export interface WrittenRun {
  steps: number;
  /** Steps between evaluations. */
  evalFreq?: number;
  settings?: Record<string, unknown>;
  sessions?: Partial<NonNullable<RunConfig['sessions']>[number]>[];
  /** Loss of the first steps, far above the others. */
  firstLoss?: number;
  seed?: number;
}

const engine = { name: 'gemm wasm-simd', threads: 1 };

/** Writes the folder of a run that trains: `config.json` and `metrics.jsonl`. */
export async function writeRun(folder: string, run: WrittenRun): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeConfig(folder, run);
  await writeFile(join(folder, 'metrics.jsonl'), metricsText(run, 1, run.steps));
}

/** Writes the steps that come next. */
export async function growRun(folder: string, run: WrittenRun, from: number, to: number): Promise<void> {
  await appendFile(join(folder, 'metrics.jsonl'), metricsText(run, from, to));
}

/** Writes how a run has ended. */
export async function endRun(folder: string, stop: string, step: number): Promise<void> {
  await writeFile(join(folder, 'result.json'), JSON.stringify({ stop, step, seconds: 60 }));
}

/** Writes `config.json`. */
export async function writeConfig(
  folder: string,
  { settings, sessions = [{}], evalFreq = 100 }: WrittenRun,
): Promise<void> {
  const network = networkOf('mlp-ndarray')!;
  const all = settingsOf(network, { maxSteps: 2000, evalFreq, validationSize: 1000, ...settings } as never);
  const config = {
    ...{ format: 'cifarlab-run', version: 1, model: network.name, settings: byKey(all) },
    data: { origin: 'cache', form: 'binary', verified: true, train: 49000, validation: 1000, test: 10000 },
    ...{ versions: { node: '20.19.0' }, engine, started: '2026-01-02T03:04:05.000Z' },
    machine: { cpu: 'none', cores: 1, memoryGiB: 1, platform: 'linux', arch: 'x64', system: '6' },
    sessions: sessions.map((session) => ({
      ...{
        started: '2026-01-02T03:04:05.000Z',
        step: 0,
        host: 'here',
        cpu: 'none',
        job: null,
        engine,
        node: '20.19.0',
      },
      ...session,
    })),
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
}

/** Returns lines of `metrics.jsonl`: a loss that falls, with noise. */
export function metricsText(
  { evalFreq = 100, firstLoss = 2.3, seed = 1 }: Omit<WrittenRun, 'steps'>,
  from: number,
  to: number,
): string {
  const lines: string[] = [];
  for (let step = from; step <= to; step++) {
    const fall = 0.9 + 1.4 / (1 + step / 300) + 0.02 * (seed % 7);
    const loss = step < 3 ? firstLoss : fall + 0.2 * seededNoise(seed, step);
    const accuracy = Math.min(1, Math.max(0, 1 - loss / 2.6));
    lines.push(JSON.stringify({ event: 'train', step, loss, accuracy }));
    if (step !== 1 && step % evalFreq !== 0) continue;
    for (const split of ['validation', 'test']) {
      const gap = split === 'test' ? 0.08 : 0.04;
      const value = step === 1 ? firstLoss : fall + gap + 0.03 * seededNoise(seed + 1, step);
      lines.push(
        JSON.stringify({ event: 'eval', split, step, loss: value, accuracy: Math.max(0.1, 0.95 - value / 2.6) }),
      );
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}
