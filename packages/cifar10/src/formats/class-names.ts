import { PickledTuple } from '@cifarlab/internals/pickle';
import { Cifar10Error } from '../errors.js';
import { readPickle } from './python/pickle.js';

/** A label is one byte. */
const MOST_CLASSES = 256;
const LONGEST_NAME = 100;
/** Control characters, line breaks, and marks that turn the direction of the text around them. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/**
 * Reads the class names of the Python version, `batches.meta`: a dictionary with `label_names`, a list of strings.
 *
 * @throws {Cifar10Error} `UNSAFE_PICKLE` or `MALFORMED`, naming the file.
 */
export function readPythonClassNames(bytes: Uint8Array, file: string): string[] {
  const meta = readPickle(bytes, file);
  const names = meta instanceof Map ? meta.get('label_names') : undefined;
  const list = names instanceof PickledTuple ? names.items : names;
  if (!Array.isArray(list) || !list.every((name) => typeof name === 'string' || name instanceof Uint8Array)) {
    throw malformed(file, "its 'label_names' are not a list of strings");
  }
  // Python 2 pickles bytes.
  return checked(
    list.map((name: string | Uint8Array) => (typeof name === 'string' ? name : text(name, file))),
    file,
  );
}

/**
 * Reads the class names of the binary version, `batches.meta.txt`: UTF-8, one name a line; blank lines do not count.
 *
 * @throws {Cifar10Error} `MALFORMED`, naming the file.
 */
export function readTextClassNames(bytes: Uint8Array, file: string): string[] {
  const lines = text(bytes, file).split('\n');
  return checked(
    lines.map((line) => line.trim()).filter((line) => line !== ''),
    file,
  );
}

function text(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw malformed(file, 'its names are not UTF-8', error);
  }
}

/** Names end up on terminals and in pages, so that they must be plain text, and tell classes apart. */
function checked(names: string[], file: string): string[] {
  if (names.length < 2 || names.length > MOST_CLASSES) {
    throw malformed(file, `${names.length} names, expected 2 to ${MOST_CLASSES}`);
  }
  for (const [index, name] of names.entries()) {
    if (name === '' || name.length > LONGEST_NAME || CONTROLS.test(name)) {
      throw malformed(
        file,
        `name ${index} is ${JSON.stringify(name.slice(0, LONGEST_NAME))}, expected 1 to ${LONGEST_NAME} characters, none of them a control character`,
      );
    }
    if (names.indexOf(name) !== index) {
      throw malformed(file, `${JSON.stringify(name)} is the name of classes ${names.indexOf(name)} and ${index}`);
    }
  }
  return names;
}

function malformed(file: string, what: string, cause?: unknown): Cifar10Error {
  return new Cifar10Error(
    'MALFORMED',
    `${file}: no list of class names (${what}). Correct the file, or remove it if the classes are CIFAR-10's.`,
    { cause },
  );
}
