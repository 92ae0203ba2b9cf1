// The API reference, from the docstrings of everything that the packages export, as Markdown in docs/api: pages of
// the site, which `npm run docs` makes.
//   npm run docs:api              writes the pages
//   npm run docs:api -- --check   finds what is wrong with the docstrings, and writes nothing
// Fails on a public symbol without a docstring, on a {@link} that leads nowhere, and on a type that a public symbol
// mentions and no package exports.
import { parseArgs } from 'node:util';
import { Application, LogLevel, OptionDefaults, ReflectionKind } from 'typedoc';
import ts from 'typescript';
import { root } from '../../scripts/lib/workspace.mjs';
import { entryPoints } from '../../scripts/weight/entry-points.mjs';

/** Types that public symbols mention and nobody outside has a use for. */
const notExported = {
  // TensorFlow.js's shapes, which it does not export by that name, and what `apply` passes on.
  '@cifarlab/layernorm': ['src/layer-norm-layer.ts:Shape'],
  '@cifarlab/tfjs-ops': ['src/batch-norm/batch-norm-layer.ts:Shape', 'src/dropout/seeded-dropout.ts:CallArguments'],
  // Made by `loadCifar10` only.
  '@cifarlab/cifar10': ['src/splits/data-set.ts:DataSetSource'],
  // The inside of the backend, for its kernels.
  '@cifarlab/tfjs-backend-ort': [
    'src/backend/kernel-context.ts:KernelContext',
    'src/memory/tensor-store.ts:TensorData',
    'src/memory/tensor-store.ts:TensorStore',
  ],
  // Types that the networks and their settings are derived from.
  '@cifarlab/experiment': [
    'src/settings/table.ts:SettingValue',
    'src/networks/usual-settings.ts:Lengths',
    'src/networks/tfjs-network.ts:OptimizedDefaults',
    'src/networks/convnet.ts:ConvnetConfig',
  ],
  // Replaced by the tests of full disks.
  '@cifarlab/trainer': ['src/node/file-system.ts:FileSystem'],
};

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const entries = entryPoints().map(({ specifier, folder, source, manifest }) => ({
  specifier,
  packageName: manifest.name,
  file: ts.sys.resolvePath(`${root}/${folder}/${source}`),
}));

const packages = new Set(entries.map(({ packageName }) => packageName));

const app = await Application.bootstrapWithPlugins({
  name: 'cifarlab',
  entryPoints: entries.map(({ file }) => file),
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  out: `${root}/docs/api`,
  router: 'module',
  docsRoot: root,
  readme: 'none',
  logLevel: LogLevel.Warn,
  // The compiler and the link check look after types and relative paths.
  skipErrorChecking: true,
  // What protoc-gen-es writes.
  blockTags: [...OptionDefaults.blockTags, '@generated'],
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  disableGit: true,
  sourceLinkTemplate: '{path}',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  sanitizeComments: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  enumMembersFormat: 'table',
  tableColumnSettings: { hideSources: true, hideOverrides: true, hideInherited: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Variable', 'Enum', 'EnumMember'],
  packagesRequiringDocumentation: [...packages],
  validation: { notExported: false, notDocumented: true, invalidLink: true, invalidPath: true },
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
// TypeDoc looks for types that are not exported in the project's own package only.
app.options.setValue('validation', { notExported: true });
for (const name of packages) {
  project.packageName = name;
  app.options.setValue('intentionallyNotExported', notExported[name] ?? []);
  app.validate(project);
}
delete project.packageName;
for (const symbol of undocumentedSymbols(project)) {
  app.logger.warn(`${symbol.getFriendlyFullName()} does not have any documentation`);
}
if (app.logger.hasErrors() || app.logger.hasWarnings()) {
  console.error(`The docstrings need work: ${app.logger.errorCount + app.logger.warningCount} findings.`);
  process.exit(1);
}
if (!values.check) {
  // The site shows the sources that pages link to, and not all of them.
  for (const symbol of project.getReflectionsByKind(ReflectionKind.All)) delete symbol.sources;
  await app.generateOutputs(project);
  console.log(`${root}/docs/api/index.md`);
}

/**
 * Returns the functions, and members of classes and interfaces, without a docstring: neither their own, nor that of
 * what they implement or override, nor, for setters, that of their getter. Left out are members that say all by their
 * name: fields of nested types, whose owner's docstring speaks for them, values that tell the members of a union apart,
 * and names of classes.
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
