import type { Command } from 'commander';
import { type Io, printResult } from '../terminal/io.js';
import { UsageError } from '../words/errors.js';

/** Adds `practical new FOLDER`, which makes a working copy of the practical with empty functions. */
export function addPracticalCommand(program: Command, io: Io): void {
  program
    .command('practical')
    .description('the practical as an exercise')
    .command('new')
    .description('make a folder in which the functions of the practical are empty, and tests say which question passes')
    .argument('<folder>', 'new or empty')
    .option('--solutions', 'fill the functions in, for teachers', false)
    .action((folder: string, { solutions }: { solutions: boolean }) => makeExercise(folder, solutions, io));
}

async function makeExercise(folder: string, solutions: boolean, io: Io): Promise<void> {
  const { createExercise, ExerciseError } = await import('@cifarlab/practical');
  try {
    printResult(io, await createExercise(folder, { solutions }));
  } catch (error) {
    throw error instanceof ExerciseError ? new UsageError(error.message) : error;
  }
}
