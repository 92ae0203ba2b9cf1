import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Example } from './examples.js';
import { packageOf, root } from './markdown-pages.js';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  strict: true,
  esModuleInterop: true,
  skipLibCheck: true,
  noEmit: true,
};

/**
 * Type-checks examples as a user's project in strict mode would, against the built declarations, in one program.
 *
 * @returns one line for each error: page, line of the page, message.
 */
export function typeErrors(examples: readonly Example[]): string[] {
  const files = new Map(
    examples.map((example) => {
      const name = `${example.page.replaceAll('/', '-')}-${example.line}.example.mts`;
      return [join(root, packageOf(example.page), name), example] as const;
    }),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file)?.program ?? readFile(file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const example = files.get(file);
    return example
      ? ts.createSourceFile(file, example.program, languageVersion)
      : getSourceFile(file, languageVersion, ...rest);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    const example = file && files.get(file.fileName);
    if (!example) return `${file ? dirname(file.fileName) : 'options'}: ${message}`;
    return `${example.page}:${file.getLineAndCharacterOfPosition(start!).line + 1}: ${message}`;
  });
}
