/** Reason for an {@link ExerciseError}: the folder has files in it, or a file has its name. */
export type ExerciseErrorCode = 'folder-filled' | 'not-a-folder';

/** Error for a folder that an exercise cannot go to. */
export class ExerciseError extends Error {
  override readonly name = 'ExerciseError';

  constructor(
    /** Reason. */
    readonly code: ExerciseErrorCode,
    message: string,
  ) {
    super(message);
  }
}
