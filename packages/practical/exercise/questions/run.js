// Runs the tests of the questions and says which pass: `npm test`, or `npm test -- 1.1a 3.2c` for some.
import { basename } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const questions = {
  '1.1a': 'the linear module',
  '1.1b': 'element-wise activations',
  '1.1c': 'softmax and cross-entropy',
  '1.1d': 'a convolution (bonus)',
  1.2: 'the multi-layer perceptron and its training',
  3.1: 'layer normalisation by automatic differentiation',
  '3.2ab': 'layer normalisation by hand',
  '3.2c': 'layer normalisation in TensorFlow.js by hand',
  '4a': 'the ConvNet',
};

const names = Object.keys(questions).sort();
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no question ${unknown}; the questions are ${names.join(', ')}.`);
  process.exit(2);
}

let passing = 0;
const asked = chosen.length > 0 ? chosen : names;
for (const name of asked) {
  const { passed, failures } = await check(fileURLToPath(new URL(`${name}.js`, import.meta.url)));
  const isPassing = failures.length === 0 && passed > 0;
  if (isPassing) passing += 1;
  const verdict = isPassing ? 'passes' : `${failures.length} of ${passed + failures.length} fail`;
  console.log(`${isPassing ? '✔' : '✖'} ${name.padEnd(6)}${questions[name].padEnd(50)}${verdict}`);
  for (const { test, reason } of failures) console.log(`    ${test}: ${reason}`);
}
console.log(`${passing} of ${asked.length} questions pass.`);
process.exitCode = passing === asked.length ? 0 : 1;

/** Runs one file of tests in a process of its own. */
async function check(file) {
  let passed = 0;
  const failures = [];
  const events = run({ files: [file], timeout: 120_000 });
  // The file itself counts only if it fails to load.
  const isFile = (test) => test === file || basename(test) === basename(file);
  events.on('test:pass', ({ name }) => {
    if (!isFile(name)) passed += 1;
  });
  events.on('test:fail', ({ name, details: { error } }) => {
    if (isFile(name) && failures.length > 0) return;
    failures.push({ test: isFile(name) ? 'it' : name, reason: reasonOf(error) });
  });
  events.resume();
  await new Promise((resolve) => events.on('end', resolve));
  return { passed, failures };
}

/** Returns the first line of what went wrong. */
function reasonOf(error) {
  const { message } = error.cause ?? error;
  return String(message ?? error.cause ?? error).split('\n', 1)[0];
}
