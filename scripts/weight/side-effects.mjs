// Runs in the process that imports a package: finds out what the import does besides defining what it exports.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import workerThreads from 'node:worker_threads';

/** Objects that every program shares. Globals that Node makes at their first use are left alone. */
const builtIns = Object.entries(Object.getOwnPropertyDescriptors(globalThis))
  .filter(([key, { value }]) => typeof value === 'function' || ['Math', 'JSON', 'Reflect'].includes(key))
  .map(([key, { value }]) => [key, value]);

/**
 * @param {() => unknown} load imports the package
 * @param {any} [tf] TensorFlow.js's core, when the package is allowed to have loaded it before
 * @returns {Promise<string[]>} what the import did, sorted; empty when it did nothing
 */
export async function sideEffectsOf(load, tf) {
  const calls = recordCalls();
  const before = new Set(stateOfProcess(tf));
  await load();
  await nextTurn();
  const after = new Set(stateOfProcess(tf));
  const effects = new Set(calls());
  for (const entry of after) if (!before.has(entry)) effects.add(`adds ${entry}`);
  for (const entry of before) if (!after.has(entry)) effects.add(`removes ${entry}`);
  return [...effects].sort();
}

/** Replaces functions that act on the world by ones that write down their calls. */
function recordCalls() {
  const calls = [];
  const restores = [];
  // Node calls some of them itself to load modules, and `stdout.write` on behalf of `console.log`.
  const record = (owner, ownerName, name, { evenByNode = false } = {}) => {
    const original = owner[name];
    if (typeof original !== 'function') return;
    const replacement = function (...args) {
      // The frame below this one is the caller's.
      const caller = new Error().stack.split('\n')[2] ?? '';
      if (evenByNode || !caller.includes('node:')) calls.push(`calls ${ownerName}.${name}(${preview(args[0])})`);
      return new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args);
    };
    replacement.prototype = original.prototype;
    Object.assign(replacement, original);
    owner[name] = replacement;
    restores.push(() => {
      if (owner[name] !== replacement) calls.push(`replaces ${ownerName}.${name}`);
      owner[name] = original;
    });
  };
  const recordAll = (owner, ownerName) => {
    for (const name of Object.keys(owner)) if (/^[a-z]/.test(name)) record(owner, ownerName, name);
  };
  recordAll(fs, 'fs');
  recordAll(fsPromises, 'fs.promises');
  recordAll(childProcess, 'child_process');
  record(workerThreads, 'worker_threads', 'Worker');
  record(process, 'process', 'dlopen');
  record(process.stdout, 'stdout', 'write', { evenByNode: true });
  record(process.stderr, 'stderr', 'write', { evenByNode: true });
  for (const timer of ['setTimeout', 'setInterval', 'setImmediate']) record(globalThis, 'globalThis', timer);
  for (const name of ['Module', 'compile', 'instantiate']) record(WebAssembly, 'WebAssembly', name);
  syncBuiltinESMExports();
  return () => {
    for (const restore of restores) restore();
    syncBuiltinESMExports();
    return calls;
  };
}

function preview(argument) {
  return typeof argument === 'string' ? JSON.stringify(argument.slice(0, 100)) : String(argument).slice(0, 100);
}

function* stateOfProcess(tf) {
  for (const key of Reflect.ownKeys(globalThis)) {
    yield `the global ${String(key)}`;
  }
  for (const [key, value] of builtIns) {
    for (const name of Reflect.ownKeys(value)) yield `${key}.${String(name)}`;
    for (const name of Reflect.ownKeys(value.prototype ?? {})) yield `${key}.prototype.${String(name)}`;
  }
  for (const [name, value] of Object.entries(process.env)) yield `the environment variable ${name}=${value}`;
  for (const event of process.eventNames()) {
    yield `${process.listenerCount(event)} listeners of the process's event ${String(event)}`;
  }
  process.report.excludeNetwork = true;
  for (const library of process.report.getReport().sharedObjects) yield `the native library ${library}`;
  // Files that Node opens and closes to load modules; a package's own show as calls.
  const ofNode = /^(PipeWrap|TTYWrap|Immediate|CloseReq|FSReqCallback|FSReqPromise)$/;
  const resources = process.getActiveResourcesInfo().filter((type) => !ofNode.test(type));
  for (const [index, type] of resources.entries()) yield `the active resource ${type} (${index})`;
  if (tf) yield* stateOfTensorFlow(tf);
}

function* stateOfTensorFlow(tf) {
  for (const name of Object.keys(tf.serialization.SerializationMap.getMap().classNameMap)) yield `the tf class ${name}`;
  for (const [registry, map] of globalThis._tfGlobals ?? []) {
    for (const name of map.keys?.() ?? []) yield `the tf ${registry} entry ${name}`;
  }
  const engine = tf.engine();
  for (const name of Object.keys(engine.registryFactory)) yield `the tf backend ${name}`;
  for (const name of Object.keys(engine.registry)) yield `the started tf backend ${name}`;
  yield `tf backend in use: ${engine.backendName}`;
  yield `${engine.state.numTensors} tensors`;
  for (const name of Object.keys(engine.registeredVariables)) yield `the tf variable ${name}`;
  for (const name of Object.getOwnPropertyNames(tf.Tensor.prototype)) yield `Tensor.prototype.${name}`;
}
