import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { useWorkspace } from '../../test/support/workspace.js';
import type { ProbeRequest } from './probe.js';
import { probeInProcess } from './probe-in-process.js';

const workspace = useWorkspace();

describe('probeInProcess', () => {
  const request = (): ProbeRequest => ({ family: 'tensorflow.js', name: 'cpu', folder: workspace(), seconds: 0 });
  const probe = async (name: string, code: string, patienceSeconds = 30) => {
    const program = workspace(`${name}.cjs`);
    await writeFile(program, code);
    return probeInProcess(request(), { program, patienceSeconds });
  };

  it('hands over what is asked for, and what is answered', async () => {
    const answer = await probe('echo', 'process.send(JSON.parse(process.argv[2]), () => process.exit());');
    expect(answer).toEqual(request());
  });

  it('gives up on an engine that never answers', async () => {
    expect(await probe('silent', "console.error('waiting'); setInterval(() => {}, 1000);", 1)).toEqual({
      available: false,
      reason: 'it did not answer within 1 s: waiting',
    });
  });

  it('tells with which code and words a process ended', async () => {
    expect(await probe('dead', "console.error('first'); console.error('no memory'); process.exit(3);")).toEqual({
      available: false,
      reason: 'its process ended with code 3: no memory',
    });
  });
});
