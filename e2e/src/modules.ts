import { isBuiltin } from 'node:module';
import ts from 'typescript';

/** Returns an ES module in TypeScript, as JavaScript that Node runs as it is. */
export function asModule(code: string): string {
  return transpile(code, ts.ModuleKind.ESNext);
}

/** Returns the same as a CommonJS script. */
export function asScript(code: string): string {
  return transpile(inFunction(code), ts.ModuleKind.CommonJS);
}

/**
 * Puts all but the imports into an async function: a CommonJS script has no await at its top.
 *
 * @param code an ES module in TypeScript.
 */
export function inFunction(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest);
  const isImport = (statement: ts.Statement) => ts.isImportDeclaration(statement);
  const text = (statements: ts.Statement[]) => statements.map((one) => one.getFullText(source)).join('');
  const imports = source.statements.filter(isImport);
  const rest = source.statements.filter((statement) => !isImport(statement));
  return `${text(imports)}\n\nasync function main(): Promise<void> {${text(rest)}\n}\nvoid main();\n`;
}

function transpile(code: string, module: ts.ModuleKind): string {
  return ts.transpileModule(code, {
    compilerOptions: { module, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  }).outputText;
}

/** Returns the names of the packages that a file imports or requires, Node's own modules left out. */
export function packagesOf(code: string): Set<string> {
  const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(code, true, true);
  // Loaded only when needed, by a function that another one returns: requireHere()('koffi').
  const required = [...code.matchAll(/\b[\w.]*[rR]equire\w*\([\w.]*\)\(["']([^"']+)["']\)/g)].map(([, name]) => name!);
  const specifiers = [...importedFiles, ...typeReferenceDirectives].map(({ fileName }) => fileName).concat(required);
  return new Set(
    specifiers
      .filter((specifier) => !/^[./]/.test(specifier) && !isBuiltin(specifier))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  );
}
