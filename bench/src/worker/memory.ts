import { readFileSync } from 'node:fs';

/** Returns the most bytes that this process has had resident. */
export function peakMemory(): number {
  // The figure of getrusage starts from that of the parent process, on Linux; this one does not.
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))!;
    return 1024 * Number(kibibytes);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
