/**
 * Gives SIGUSR1 its usual meaning, to end the process: Node would open its debugger, to whoever can reach its port. While
 * a run trains it is saved first.
 */
export function closeDebugger(): void {
  // Node gives the signal up when a program listens, and does not take it back.
  const nothing = () => {};
  process.on('SIGUSR1', nothing).off('SIGUSR1', nothing);
}
