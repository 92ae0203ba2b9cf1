import jasmineRequire from 'jasmine-core/lib/jasmine-core/jasmine.js';

/** The instance of Jasmine whose `describe`, `it`, `expect` and so on tfjs-core's tests find as globals. */
export const jasmine = jasmineRequire.core(jasmineRequire);

Object.assign(globalThis, jasmineRequire.interface(jasmine, jasmine.getEnv()));
