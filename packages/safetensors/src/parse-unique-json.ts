const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;

/**
 * `JSON.parse`, except that an object with the same key twice is an error: `JSON.parse` silently keeps the last one,
 * other readers the first, so that a file would mean different things to different programs.
 *
 * @throws SyntaxError
 */
export function parseUniqueJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // The text is valid JSON from here on, so that a string followed by ":" is a key of the innermost open object.
  const open: (Set<string> | undefined)[] = [];
  let lastString: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key: string = JSON.parse(lastString!);
      const keys = open.at(-1)!;
      if (keys.has(key)) throw new SyntaxError(`the name ${JSON.stringify(key)} appears twice`);
      keys.add(key);
    } else if (token !== ',') lastString = token;
  }
  return value;
}
