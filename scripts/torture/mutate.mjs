const STRANGE = [
  '',
  '\0',
  '\ufeff',
  '\u001b[31m',
  '\u202e',
  'NaN',
  'null',
  '-1',
  '1e999',
  '99999999999999999999',
  '../../../thesis.txt',
  '[[[[[[[[[[[[[[[[',
  '{"__proto__":{}}',
];

const VALUES = [
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  '',
  'x',
  '\u001b[2J',
  '../../thesis.txt',
  [],
  {},
  [null],
  { a: 1 },
];

/**
 * Damages a file's content, as disks, editors, downloads and adversaries do.
 *
 * @param {Buffer} content
 * @param {ReturnType<typeof import('./random.mjs').createRandom>} random
 * @returns {Buffer}
 */
export function mutate(content, random) {
  const kinds = [flip, cut, remove, repeat, insert, replaceAll];
  const json = parse(content);
  if (json !== undefined && random.next() < 0.7) return Buffer.from(JSON.stringify(mutateJson(json, random)));
  let result = content;
  for (let i = 1 + random.integer(3); i > 0; i -= 1) result = random.pick(kinds)(result, random);
  return result;
}

/** Puts a strange value, or none, in the place of one somewhere in a JSON value. */
function mutateJson(value, random) {
  if (typeof value !== 'object' || value === null || random.next() < 0.1) return random.pick(VALUES);
  const keys = Object.keys(value);
  if (keys.length === 0) return random.pick(VALUES);
  const key = random.pick(keys);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (random.next() < 0.15) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else copy[key] = mutateJson(value[key], random);
  return copy;
}

/** Returns the JSON value of a file, or of its first line; undefined for other content. */
function parse(content) {
  if (content.length > 2 ** 20) return undefined;
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}

function flip(content, random) {
  const result = Buffer.from(content);
  for (let i = 1 + random.integer(8); i > 0 && result.length > 0; i -= 1) {
    // Headers are short, and it is they that decide.
    const place = random.next() < 0.5 ? random.integer(Math.min(result.length, 200)) : random.integer(result.length);
    result[place] = random.integer(256);
  }
  return result;
}

function cut(content, random) {
  return content.subarray(0, random.integer(content.length + 1));
}

function remove(content, random) {
  const start = random.integer(content.length + 1);
  return Buffer.concat([content.subarray(0, start), content.subarray(start + random.integer(64))]);
}

function repeat(content, random) {
  const start = random.integer(content.length + 1);
  const part = content.subarray(start, start + 1 + random.integer(256));
  return Buffer.concat([
    content.subarray(0, start),
    ...Array(1 + random.integer(50)).fill(part),
    content.subarray(start),
  ]);
}

function insert(content, random) {
  const start = random.integer(content.length + 1);
  return Buffer.concat([content.subarray(0, start), Buffer.from(random.pick(STRANGE)), content.subarray(start)]);
}

function replaceAll(content, random) {
  return random.next() < 0.2 ? Buffer.from(random.pick(STRANGE)) : content;
}
