/** Words in which a report says how to have more; by default, those for a program. */
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
