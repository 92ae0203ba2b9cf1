import { show } from '@cifarlab/internals/show';
import { SAVE_THE_STATE, TorchWeightsError } from './error.js';
import { TensorView } from './tensor-view.js';

/** The entries under which training scripts keep the state_dict of a network. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'model'];

/** Number of entries that a message names. */
const SHOWN = 6;

/**
 * Finds the state_dict in the contents of a file: the entry that training scripts keep it under if that has tensors,
 * else the dictionary itself.
 *
 * @param key the entry to take instead.
 * @returns the tensors by name; numbers and texts that stand between them are left out.
 * @throws {TorchWeightsError} `NO_STATE` naming the entries that there are.
 */
export function findStateDict(root: unknown, file: string, key?: string): Map<string, TensorView> {
  if (!(root instanceof Map)) throw noState(file, 'it holds no dictionary of tensors', SAVE_THE_STATE);
  const wrapper = key ?? WRAPPERS.find((name) => hasTensors(root.get(name)));
  const state = wrapper === undefined ? root : root.get(wrapper);
  if (!hasTensors(state)) {
    const where = key === undefined ? 'it has no tensors' : `its entry ${show(key)} has no tensors`;
    const names = [...root.keys()].slice(0, SHOWN).map(show).join(', ');
    const more = root.size > SHOWN ? ', …' : '';
    throw noState(
      file,
      `${where}; the file's entries are ${names || 'none'}${more}`,
      'Set key to the one with the weights.',
    );
  }
  const nested = [...state].find(([, value]) => hasTensors(value));
  if (nested !== undefined) {
    throw noState(
      file,
      `its entry ${show(nested[0])} has tensors of its own`,
      `Set key to the one to read, such as ${show(nested[0])}.`,
    );
  }
  return new Map([...state].filter((entry): entry is [string, TensorView] => entry[1] instanceof TensorView));
}

function hasTensors(value: unknown): value is Map<string, unknown> {
  return value instanceof Map && [...value.values()].some((item) => item instanceof TensorView);
}

function noState(file: string, what: string, remedy: string): TorchWeightsError {
  return new TorchWeightsError('NO_STATE', `${file}: ${what}. ${remedy}`);
}
