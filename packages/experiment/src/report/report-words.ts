/** How a report says what to do to have more: by default, as a program does it. */
export interface ReportWords {
  /** Says what an error means, in one line. */
  explain(error: Error): string;
  /** Says how the report of a run is made again, with all of it. */
  remake(run: string): string;
  /** Says how a network is trained anew. */
  train(network: string): string;
}

/** The words for a program. */
export const programWords: ReportWords = {
  explain: ({ message }) => message,
  remake: (run) => `writeReport([${JSON.stringify(run)}])`,
  train: (network) => `trainRun({ network: ${JSON.stringify(network)} })`,
};
