import ts from 'typescript';

/** Options that TypeScript users have most: Node's own resolution, and a bundler's. */
export const settings = {
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/**
 * Checks files as a user's strict project does, declarations of packages included.
 *
 * @param folder where `@types/node` is looked for.
 * @returns one line for each error in the files themselves or in a package of the scope `@cifarlab`; those of other
 * packages' declarations are not ours to mend.
 */
export function diagnose(files: string[], folder: string, mode: keyof typeof settings): string[] {
  const options: ts.CompilerOptions = {
    ...settings[mode],
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  host.getCurrentDirectory = () => folder;
  const program = ts.createProgram(files, options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || !/\/node_modules\/(?!@cifarlab\/)/.test(file.fileName))
    .map((diagnostic) => ts.formatDiagnostic(diagnostic, host).trim());
}
