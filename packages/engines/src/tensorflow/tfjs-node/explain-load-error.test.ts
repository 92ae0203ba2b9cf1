import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainLoadError } from './explain-load-error.js';

const name = '@tensorflow/tfjs-node';
const folder = join('/home/me/project', 'node_modules', name);
const explain = (message: string, code?: string) =>
  explainLoadError(Object.assign(new Error(message), { code }), name, { folder });
const rebuild = `turn it on with: npm rebuild ${name} --ignore-scripts=false (in ${join('/home/me/project')})`;

it('a missing dependency', () => {
  expect(explain("Cannot find module '@mapbox/node-pre-gyp'\nRequire stack:\n- /a/b.js", 'MODULE_NOT_FOUND')).toBe(
    `${name} is installed without @mapbox/node-pre-gyp, which it needs; turn it on with: npm install (in ${join('/home/me/project')})`,
  );
});

it('an addon that is not built', () => {
  const message =
    'The Node.js native addon module (tfjs_binding.node) can not be found at path: /a/lib/napi-v8/tfjs_binding.node. \nPlease run command';
  expect(explain(message)).toBe(
    `the addon tfjs_binding.node of ${name} is not there, because its install script has not run or has failed; ${rebuild}`,
  );
});

it.each([
  ['libtensorflow.so.2', 'libtensorflow.so.2: cannot open shared object file: No such file or directory'],
  ['libtensorflow_framework.so.2', 'libtensorflow_framework.so.2: cannot open shared object file: No such file'],
  [
    'libtensorflow.2.dylib',
    'dlopen(/a/tfjs_binding.node, 0x0001): Library not loaded: @rpath/libtensorflow.2.dylib\n  Referenced from: /a',
  ],
  ['tensorflow.dll', '\\\\?\\C:\\a\\tfjs_binding.node: The specified module could not be found.'],
])("TensorFlow's library %s", (library, message) => {
  expect(explain(message, 'ERR_DLOPEN_FAILED')).toBe(
    `TensorFlow's library ${library}, which the install script of ${name} downloads, is missing; ${rebuild}`,
  );
});

it('a library of the system', () => {
  expect(
    explain('libstdc++.so.6: cannot open shared object file: No such file or directory', 'ERR_DLOPEN_FAILED'),
  ).toBe(`${name} needs the system's library libstdc++.so.6, which is missing; install it`);
});

it('an addon that was made for something else', () => {
  expect(explain('/a/tfjs_binding.node: invalid ELF header', 'ERR_DLOPEN_FAILED')).toBe(
    `the addon tfjs_binding.node of ${name} cannot be loaded: /a/tfjs_binding.node: invalid ELF header; ${rebuild}`,
  );
});

it('whatever else it says', () => {
  expect(explain('out of\n memory')).toBe(`${name} cannot be started: out of memory`);
});
