export { createExercise, type ExerciseOptions } from './create-exercise.js';
export { ExerciseError, type ExerciseErrorCode } from './exercise-error.js';
