/** PyTorch's count of batches in batch normalisation, which no computation depends on. */
const IGNORED = /(^|\.)num_batches_tracked$/;

/** Selection of the arrays of a saved state to load. */
export interface StateSelection {
  /**
   * Text before the model's own names in the state, such as `module.` (DistributedDataParallel), `_orig_mod.`
   * (torch.compile) or `net.encoder.`. It is removed, and arrays whose names do not start with it are left out. Default
   * '': the names are the model's own.
   */
  prefix?: string;
}

/**
 * Selects the arrays of a saved state that are meant for a model, by the model's own names; `num_batches_tracked` is left
 * out. Which are missing or too many is for the caller to say.
 *
 * @param names the arrays that the model has.
 * @throws RangeError naming the prefix that stands before the names in the state, if none was given, when no name
 *   starts with the one given, and for unknown options; TypeError when `prefix` is not a text, or the state not an
 *   object.
 */
export function selectState<T>(
  state: Readonly<Record<string, T>>,
  names: readonly string[],
  selection: StateSelection = {},
): Record<string, T> {
  const other = Object.keys(selection ?? {}).find((key) => key !== 'prefix');
  if (other !== undefined) throw new RangeError(`there is no option ${JSON.stringify(other)}; the only one is prefix.`);
  const { prefix = '' } = selection ?? {};
  if (typeof state !== 'object' || state === null) {
    throw new TypeError(`the state must be an object of arrays by name; got ${String(state)}.`);
  }
  if (state instanceof Map) {
    throw new TypeError('the state must be an object of arrays by name; got a Map: give Object.fromEntries(it).');
  }
  if (typeof prefix !== 'string') {
    throw new TypeError(`prefix must be a text such as "module."; got ${String(prefix)}.`);
  }
  const saved = Object.keys(state).filter((name) => !IGNORED.test(name));
  const chosen = saved.filter((name) => name.startsWith(prefix));
  const own = chosen.map((name) => name.slice(prefix.length));
  if (names.length > 0 && !own.some((name) => names.includes(name))) {
    const further = prefixOf(chosen, names);
    if (further !== undefined) {
      const whole = JSON.stringify(further);
      throw new RangeError(
        `the state has ${whole} before the names of the model's arrays; pass { prefix: ${whole} } to take it away.`,
      );
    }
    if (prefix !== '' && chosen.length === 0) {
      throw new RangeError(
        `no array of the state has a name that starts with the prefix ${JSON.stringify(prefix)}; ` +
          `the first is named ${JSON.stringify(saved[0])?.slice(0, 80)}.`,
      );
    }
  }
  return Object.fromEntries(chosen.map((name, i) => [own[i]!, state[name] as T]));
}

/** Returns the text, up to a dot, before the model's names in those of a state. */
function prefixOf(saved: readonly string[], names: readonly string[]): string | undefined {
  const present = new Set(saved);
  for (const name of names) {
    const starts = saved.filter((long) => long.endsWith(`.${name}`)).map((long) => long.slice(0, -name.length));
    // Of several networks in one state, take the one with most of the model's arrays.
    const count = (start: string) => names.filter((own) => present.has(start + own)).length;
    const [best] = starts.sort((a, b) => count(b) - count(a) || a.length - b.length);
    if (best !== undefined) return best;
  }
  return undefined;
}
