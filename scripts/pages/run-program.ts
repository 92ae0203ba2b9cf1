import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

/** Output of a program, and how it ended. */
export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number | null;
}

/**
 * Runs a TypeScript program as an ES module in a separate Node process. It imports what a program in `folder` would,
 * from the built packages as users get them; the files it writes go to a temporary folder.
 */
export async function runProgram(program: string, folder: string): Promise<Outcome> {
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  const scratch = mkdtempSync(join(tmpdir(), 'cifarlab-example-'));
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    return await new Promise((resolve, reject) => {
      // Imports are resolved from the working directory, and before the first statement runs.
      const child = spawn(process.execPath, ['--input-type=module'], {
        cwd: folder,
        env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined, CIFARLAB_OFFLINE: '1' },
      });
      const outcome: Outcome = { stdout: '', stderr: '', exitCode: null };
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        outcome.stdout += chunk;
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        outcome.stderr += chunk;
      });
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ ...outcome, exitCode }));
      child.stdin.end(`process.chdir(${JSON.stringify(scratch)});\n${outputText}`);
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
