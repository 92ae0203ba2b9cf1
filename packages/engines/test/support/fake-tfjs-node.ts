import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** Installs a package in `node_modules` of `project` that is nothing but this code. */
export async function install(project: string, name: string, code: string, version = '9.8.7'): Promise<void> {
  const folder = join(project, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version, main: 'main.js' }));
  await writeFile(join(folder, 'main.js'), code);
}

/**
 * Installs the packages that tfjs-node depends on.
 *
 * @param core the tfjs-core that the command line has, or a copy of it, as packages have that were installed apart from
 *   the command line.
 */
export async function installTfjs(project: string, core: 'own' | 'copy' = 'own'): Promise<void> {
  await install(project, '@tensorflow/tfjs', "module.exports = require('@tensorflow/tfjs-core');");
  const link = async (name: string) => {
    const target = dirname(resolve(`${name}/package.json`));
    await symlink(target, join(project, 'node_modules', name), 'junction');
  };
  await link('@tensorflow/tfjs-backend-cpu');
  if (core === 'own') return link('@tensorflow/tfjs-core');
  const folder = join(project, 'node_modules/@tensorflow/tfjs-core');
  await mkdir(folder);
  await copyFile(resolve('@tensorflow/tfjs-core/package.json'), join(folder, 'package.json'));
  await mkdir(join(folder, 'dist'));
  await copyFile(resolve('@tensorflow/tfjs-core'), join(folder, 'dist', 'tf-core.node.js'));
}

/**
 * The code of a tfjs-node that computes in JavaScript: as the real one it registers as `tensorflow`, and calls functions
 * of `util` that are gone from Node 23 whenever a tensor is made.
 */
export const workingTfjsNode = `
  const util = require('util');
  const tf = require('@tensorflow/tfjs');
  const { MathBackendCPU } = require('@tensorflow/tfjs-backend-cpu');
  class Backend extends MathBackendCPU {
    constructor(name) {
      super();
      this.binding = { TF_Version: '2.99.0' };
      this.isGPUPackage = name === '@tensorflow/tfjs-node-gpu';
      this.isUsingGpuDevice = false;
    }
    write(values, shape, dtype) {
      if (util.isNullOrUndefined(dtype) || util.isArray(shape) === false) throw new Error('no tensor');
      return super.write(values, shape, dtype);
    }
  }
  tf.copyRegisteredKernels('cpu', 'tensorflow');
  tf.registerBackend('tensorflow', () => new Backend(require('./package.json').name), 3);
  tf.setBackend('tensorflow');
`;
