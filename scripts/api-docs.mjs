// The API reference, from the docstrings of everything that the packages export, as static pages in docs/api.
//   pnpm docs:api           writes the pages
//   pnpm docs:api --check   finds what is wrong with the docstrings, and writes nothing
// Fails on a public symbol without a docstring, on a {@link} that leads nowhere, and on a type that a public symbol
// mentions and no package exports.
import { parseArgs } from 'node:util';
import { Application, LogLevel, ReflectionKind } from 'typedoc';
import ts from 'typescript';
import { root } from './lib/workspace.mjs';
import { entryPoints } from './weight/entry-points.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const entries = entryPoints().map(({ specifier, folder, source, manifest }) => ({
  specifier,
  packageName: manifest.name,
  file: ts.sys.resolvePath(`${root}/${folder}/${source}`),
}));

const packages = new Set(entries.map(({ packageName }) => packageName));

const app = await Application.bootstrap({
  name: 'cifarlab',
  entryPoints: entries.map(({ file }) => file),
  out: `${root}/docs/api`,
  readme: 'none',
  logLevel: LogLevel.Warn,
  // The compiler and the link check look after types and relative paths.
  skipErrorChecking: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  disableGit: true,
  sourceLinkTemplate: '../../{path}#L{line}',
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Variable', 'Enum', 'EnumMember'],
  packagesRequiringDocumentation: [...packages],
  validation: { notExported: true, notDocumented: true, invalidLink: true, invalidPath: true },
});
const { config } = ts.readConfigFile(`${root}/tsconfig.base.json`, ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
app.options.setCompilerOptions(
  entries.map(({ file }) => file),
  options,
  undefined,
);

const project = await app.convert();
if (project === undefined) process.exit(1);
for (const module of project.children ?? []) {
  module.name = entries.find(({ file }) => file === module.sources?.[0]?.fullFileName)?.specifier ?? module.name;
}
app.validate(project);
for (const symbol of undocumentedSymbols(project)) {
  app.logger.warn(`${symbol.getFriendlyFullName()} does not have any documentation`);
}
if (app.logger.hasErrors() || app.logger.hasWarnings()) {
  console.error(`The docstrings need work: ${app.logger.errorCount + app.logger.warningCount} findings.`);
  process.exit(1);
}
if (!values.check) {
  await app.generateOutputs(project);
  console.log(`${root}/docs/api/index.html`);
}

/**
 * Functions, and members of classes and interfaces, that have no docstring of their own, of what they implement or
 * override, or, for setters, of their getter. Left out are members that say all by their name: fields of nested types,
 * whose owner's docstring speaks for them, values that tell the members of a union apart, and names of classes.
 */
function undocumentedSymbols(project) {
  return project.getReflectionsByKind(ReflectionKind.Function | ReflectionKind.ClassMember).filter((symbol) => {
    if (!packages.has(project.getSymbolIdFromReflection(symbol)?.packageName)) return false;
    if (symbol.kindOf(ReflectionKind.Constructor)) return false;
    if (!symbol.kindOf(ReflectionKind.Function) && !symbol.parent?.kindOf(ReflectionKind.ClassOrInterface))
      return false;
    if (symbol.type?.type === 'literal' || symbol.name === 'className' || symbol.name === 'name') return false;
    const reflections = [symbol, ...(symbol.signatures ?? []), symbol.getSignature].filter(Boolean);
    return !reflections.some((one) => one.hasComment() || one.implementationOf || one.overwrites || one.inheritedFrom);
  });
}
