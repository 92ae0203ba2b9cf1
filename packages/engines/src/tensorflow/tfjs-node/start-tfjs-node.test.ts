import { mkdir } from 'node:fs/promises';
import util from 'node:util';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { install, installTfjs, workingTfjsNode } from '../../../test/support/fake-tfjs-node.js';
import { useWorkspace } from '../../../test/support/workspace.js';
import type { CanLoad } from './gpu-libraries.js';
import { startTfjsNode, type TfjsNodeName } from './start-tfjs-node.js';

const workspace = useWorkspace();
const yes = () => true;

// pnpm lets what it starts find the packages of the whole repository there.
beforeAll(() => vi.stubEnv('NODE_PATH', undefined));

/** Makes a folder in which the package is nothing but this code, beside what it depends on. */
async function project(name: string, code: string, packageName: TfjsNodeName = 'tfjs-node'): Promise<string> {
  await install(workspace(name), `@tensorflow/${packageName}`, code, '4.22.0');
  await installTfjs(workspace(name));
  return workspace(name);
}

async function reasonOf(name: TfjsNodeName, folder: string, canLoad: CanLoad = yes): Promise<string> {
  const error = await startTfjsNode(name, { folder }, canLoad).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

// In this order: in the end there is a backend that this process does not get rid of.
describe('startTfjsNode', () => {
  it('says how to install the package', async () => {
    await mkdir(workspace('empty'));
    const reason = await reasonOf('tfjs-node', workspace('empty'));
    expect(reason).toBe(
      `@tensorflow/tfjs-node is not installed in ${workspace('empty')}; turn it on with: npm install @tensorflow/tfjs-node@4.22.0 (its install script downloads TensorFlow's library)`,
    );
    expect(await reasonOf('tfjs-node-gpu', workspace('empty'))).toMatch(
      /npm install @tensorflow\/tfjs-node-gpu@4\.22\.0 \(it needs an NVIDIA GPU with CUDA 11\.2 and cuDNN 8\.1\)$/,
    );
  });

  it('says what the package lacks', async () => {
    await install(workspace('bare'), '@tensorflow/tfjs-node', workingTfjsNode, '4.22.0');
    expect(await reasonOf('tfjs-node', workspace('bare'))).toBe(
      `@tensorflow/tfjs-node is installed without @tensorflow/tfjs, which it needs; turn it on with: npm install (in ${workspace('bare')})`,
    );
  });

  it('says that the addon was not built', async () => {
    const folder = await project(
      'no-addon',
      `const path = require('path').join(__dirname, 'lib/napi-v8/tfjs_binding.node');
       if (!require('fs').existsSync(path)) throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: ' + path);`,
    );
    expect(await reasonOf('tfjs-node', folder)).toBe(
      `the addon tfjs_binding.node of @tensorflow/tfjs-node is not there, because its install script has not run or has failed; turn it on with: npm rebuild @tensorflow/tfjs-node --ignore-scripts=false (in ${folder})`,
    );
  });

  it("says that TensorFlow's library is missing", async () => {
    const folder = await project(
      'no-library',
      `const message = 'libtensorflow.so.2: cannot open shared object file: No such file or directory';
       throw Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' });`,
    );
    expect(await reasonOf('tfjs-node', folder)).toMatch(
      /^TensorFlow's library libtensorflow\.so\.2, which the install script of .* downloads, is missing; turn it on with: npm rebuild /,
    );
  });

  it('refuses another release of tfjs-core, and a backend that came to another engine', async () => {
    const older = workspace('older');
    await install(older, '@tensorflow/tfjs-node', workingTfjsNode, '4.10.0');
    await install(older, '@tensorflow/tfjs', '');
    await install(older, '@tensorflow/tfjs-core', '', '4.10.0');
    expect(await reasonOf('tfjs-node', older)).toMatch(
      /it brings @tensorflow\/tfjs-core 4\.10\.0, and cifarlab computes with 4\.22\.0; turn it on with: npm install @tensorflow\/tfjs-node@4\.22\.0$/,
    );
    expect(await reasonOf('tfjs-node', await project('elsewhere', ''))).toMatch(
      /it did not register with the @tensorflow\/tfjs-core 4\.22\.0 that cifarlab computes with$/,
    );
  });

  it('leaves `util` as it was when it fails', async () => {
    const isArray: unknown = Reflect.get(util, 'isArray');
    Reflect.deleteProperty(util, 'isArray');
    await reasonOf('tfjs-node', workspace('no-addon'));
    expect(util).not.toHaveProperty('isArray');
    if (isArray !== undefined) Object.assign(util, { isArray });
  });

  it('does not load the GPU package where there is no driver', async () => {
    const folder = await project('gpu', workingTfjsNode, 'tfjs-node-gpu');
    expect(await reasonOf('tfjs-node-gpu', folder, () => false)).toMatch(
      /^no NVIDIA driver: |^tfjs-node-gpu runs on Linux and Windows/,
    );
  });

  it.skipIf(process.platform === 'darwin')('says why TensorFlow found no GPU beside a driver', async () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '');
    const folder = workspace('gpu');
    expect(await reasonOf('tfjs-node-gpu', folder, (library) => !library.includes('cudnn'))).toMatch(
      /^no GPU for TensorFlow: cannot load cuDNN 8\.1 \(/,
    );
    expect(await reasonOf('tfjs-node-gpu', folder)).toMatch(/CUDA_VISIBLE_DEVICES= hides them all; unset it$/);
    expect(await reasonOf('tfjs-node', await project('cpu', workingTfjsNode))).toBe(
      'tfjs-node-gpu is loaded in this process already, and only one can be; ask for tfjs-node by its name',
    );
  });
});
