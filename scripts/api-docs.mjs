// The API reference, from the docstrings of everything that the packages export, as static pages in docs/api.
//   pnpm docs:api           writes the pages
//   pnpm docs:api --check   finds what is wrong with the docstrings, and writes nothing
// Fails on a public symbol without a docstring, on a {@link} that leads nowhere, and on a type that a public symbol
// mentions and no package exports.
import { parseArgs } from 'node:util';
import { Application, LogLevel } from 'typedoc';
import ts from 'typescript';
import { root } from './lib/workspace.mjs';
import { entryPoints } from './weight/entry-points.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const entries = entryPoints().map(({ specifier, folder, source, manifest }) => ({
  specifier,
  packageName: manifest.name,
  file: ts.sys.resolvePath(`${root}/${folder}/${source}`),
}));

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
  disableSources: false,
  disableGit: true,
  sourceLinkTemplate: '../../{path}#L{line}',
  requiredToBeDocumented: [
    ...['Class', 'Interface', 'TypeAlias', 'Function', 'Variable', 'Enum', 'EnumMember'],
    ...['Method', 'Property', 'Accessor'],
  ],
  packagesRequiringDocumentation: [...new Set(entries.map(({ packageName }) => packageName))],
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
if (app.logger.hasErrors() || app.logger.hasWarnings()) {
  console.error(`The docstrings need work: ${app.logger.errorCount + app.logger.warningCount} findings.`);
  process.exit(1);
}
if (!values.check) {
  await app.generateOutputs(project);
  console.log(`${root}/docs/api/index.html`);
}
