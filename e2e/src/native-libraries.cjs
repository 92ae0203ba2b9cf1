// Loaded before a consumer's program: writes down at its end which native libraries of packages it has loaded.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('exit', () => {
    const file = process.env.CIFARLAB_NATIVE_LIBRARIES;
    process.report.excludeNetwork = true;
    const libraries = process.report.getReport().sharedObjects.filter((path) => path.includes('node_modules'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, libraries.join('\n'));
  });
}
