import type { EngineError } from '@cifarlab/engines';

/** Says in the words of the command line why an engine was not started. */
export function describeFailure({ code, engine, reason, alternatives, threads }: EngineError): string {
  if (code === 'THREADS') return `--threads: ${reason}`;
  if (code === 'ONE_THREAD') {
    return (
      `--threads ${threads} has no meaning for --backend ${engine}, which computes with one thread; ` +
      `leave it out or use --backend ${alternatives[0]}`
    );
  }
  if (alternatives.length === 0) return `--backend ${engine}: no backend of TensorFlow.js works here: ${reason}`;
  return `--backend ${engine}: ${reason.replace(/\.?$/, '.')} Or use one of ${alternatives.join(', ')}`;
}
