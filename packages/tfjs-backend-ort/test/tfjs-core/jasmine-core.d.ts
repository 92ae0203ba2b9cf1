declare module 'jasmine-core/lib/jasmine-core/jasmine.js' {
  interface JasmineSpecResult {
    fullName: string;
    status: string;
    failedExpectations: { message: string }[];
    pendingReason: string;
  }

  interface JasmineEnv {
    configure(configuration: { random: boolean }): void;
    addReporter(reporter: { specDone(result: JasmineSpecResult): void }): void;
    execute(): Promise<{ overallStatus: string }>;
  }

  interface Jasmine {
    getEnv(): JasmineEnv;
  }

  /** The part of Jasmine's own module used here. */
  const jasmineRequire: {
    core(required: typeof jasmineRequire): Jasmine;
    interface(jasmine: Jasmine, env: JasmineEnv): Record<string, unknown>;
  };
  export default jasmineRequire;
}
