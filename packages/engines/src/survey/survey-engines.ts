import type { EngineFamily, EngineName, EngineOptions } from '../engine.js';
import { engines } from '../registry.js';
import type { Probe } from './probe.js';
import { probeInProcess } from './probe-in-process.js';

/** Options of a survey of the engines. */
export interface SurveyOptions extends Pick<EngineOptions, 'folder' | 'threads'> {
  /** How long each measurement takes, in seconds. Default 1; 0 measures nothing. */
  seconds?: number;
  /** Called for each engine before it is tried. */
  onTry?: (engine: { family: EngineFamily; name: EngineName }) => void;
}

/** An engine, and how it does here. */
export type EngineFinding = { family: EngineFamily; name: EngineName } & Probe;

/**
 * Tries every engine of every family, each in its own process, one after the other: a native library that crashes
 * becomes a reason, and engines do not take each other's processors.
 *
 * @returns the findings, in the registry's order.
 */
export async function surveyEngines({
  folder = process.cwd(),
  seconds = 1,
  threads,
  onTry,
}: SurveyOptions = {}): Promise<EngineFinding[]> {
  const findings: EngineFinding[] = [];
  for (const { family, name } of engines) {
    onTry?.({ family, name });
    const probe = await probeInProcess({ family, name, folder, seconds, threads });
    findings.push({ family, name, ...probe });
  }
  return findings;
}
