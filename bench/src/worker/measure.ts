import type { Task } from './task.js';

/** Times a task again and again: milliseconds of each of this many measurements. */
export function measure(task: Task, iterations: number): number[] {
  return Array.from({ length: iterations }, () => {
    let repetitions = 0;
    let elapsed = 0;
    do {
      task.before?.();
      const start = performance.now();
      task.run();
      elapsed += performance.now() - start;
      repetitions += 1;
    } while (elapsed < (task.minimum ?? 0));
    return elapsed / repetitions;
  });
}
