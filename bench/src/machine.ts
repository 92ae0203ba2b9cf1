import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** The machine on which measurements were taken. */
export interface Machine {
  cpu: string;
  cores: number;
  /** The processor's vector and matrix instructions; empty if the system does not tell them. */
  instructions: string[];
  memoryGiB: number;
  system: string;
  node: string;
  /** Processes that were busy at the start, on average over a minute: near 0 on a quiet machine. */
  load: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    instructions: instructionsOf(cpuInfo()),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: Math.round(100 * loadavg()[0]!) / 100,
  };
}

/** Flags of /proc/cpuinfo for the instructions that decide how fast float32 can be, and their usual names. */
const INSTRUCTIONS = {
  avx2: 'AVX2',
  avx512f: 'AVX-512',
  avx512_bf16: 'AVX-512 BF16',
  amx_tile: 'AMX',
  asimd: 'NEON',
  sve: 'SVE',
  sve2: 'SVE2',
  bf16: 'BF16',
  sme: 'SME',
};

/** Returns the vector and matrix instructions of the first processor in a text like /proc/cpuinfo. */
export function instructionsOf(cpuInfo: string): string[] {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuInfo);
  const flags = new Set(line === null ? [] : line[1]!.split(' '));
  return Object.entries(INSTRUCTIONS).flatMap(([flag, name]) => (flags.has(flag) ? [name] : []));
}

/** Returns /proc/cpuinfo of Linux; empty elsewhere. */
function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
