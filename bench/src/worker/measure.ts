import type { Task } from './task.js';

/** Times a task again and again: milliseconds of each of so many measurements. */
export function measure(task: Task, iterations: number): number[] {
  return Array.from({ length: iterations }, () => {
    let repetitions = 0;
    let elapsed = 0;
    const start = performance.now();
    do {
      task.run();
      repetitions += 1;
      elapsed = performance.now() - start;
    } while (elapsed < (task.minimum ?? 0));
    return elapsed / repetitions;
  });
}
