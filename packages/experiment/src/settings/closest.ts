/**
 * Returns the name that a misspelt one was probably meant to be.
 *
 * @returns undefined where none is near: within a third of its letters.
 */
export function closest<Name extends string>(misspelt: string, names: readonly Name[]): Name | undefined {
  const near = names
    .map((name) => ({ name, edits: editsBetween(letters(misspelt), letters(name)) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(name.length / 3)));
  return near.sort((a, b) => a.edits - b.edits)[0]?.name;
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Counts the letters to insert, remove or replace: Levenshtein's distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
