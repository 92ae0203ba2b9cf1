/** Images in a forward pass of an evaluation: enough for fast convolutions, few enough for any memory. */
export const EVALUATION_BATCH = 250;
