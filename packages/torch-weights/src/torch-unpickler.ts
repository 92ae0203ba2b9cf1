import {
  nameOf,
  PickledGlobal,
  PickledTuple,
  type PickleLimit,
  type PickleRules,
  Unpickler,
} from '@cifarlab/internals/pickle';
import { ELEMENT_TYPES } from './element-types.js';
import { malformed, SAVE_THE_STATE, TorchWeightsError } from './error.js';
import { problemOf, Storage, TensorView } from './tensor-view.js';

const ORDERED_DICT = 'collections OrderedDict';
const REBUILD_TENSOR = ['torch._utils _rebuild_tensor', 'torch._utils _rebuild_tensor_v2'];
const REBUILD_PARAMETER = 'torch._utils _rebuild_parameter';
const SIZE = 'torch Size';

const ALLOWED_GLOBALS: ReadonlySet<string> = new Set([
  ORDERED_DICT,
  ...REBUILD_TENSOR,
  REBUILD_PARAMETER,
  SIZE,
  ...ELEMENT_TYPES.keys(),
]);

/** A pickle that is longer gets no more room than one of this length: it names some hundred thousand tensors. */
const LONGEST_PICKLE = 16 * 1024 ** 2;

/**
 * Returns limits for a pickle: each tensor takes 80 bytes or more, and makes three containers, five tuples and five
 * references.
 */
function limitsFor(bytes: number): Record<PickleLimit, number> {
  const length = Math.min(bytes, LONGEST_PICKLE);
  const oneIn = (share: number) => 4096 + Math.floor(length / share);
  return {
    opcodes: oneIn(1),
    values: oneIn(8),
    references: oneIn(4),
    containers: oneIn(16),
    tuples: oneIn(8),
    'open marks': 1024,
    'byte strings': oneIn(16),
    'bytes of text': oneIn(1),
  };
}

function rulesFor(bytes: number): PickleRules {
  return {
    limits: limitsFor(bytes),
    longestText: 1024,
    longestNumber: 16,
    globals: ALLOWED_GLOBALS,
    because: {
      start: 'only such files of torch.save are read',
      opcode: 'weights do not use it',
      global: 'weights are dictionaries of dense tensors, and nothing in a file is run',
      call: 'only dictionaries and tensors are made',
      limit: 'which no weights of its size need',
    },
  };
}

/**
 * Reads the pickles of torch.save: numbers, texts, lists, tuples, dictionaries, and tensors as {@link TensorView}s of
 * {@link Storage}s, whose numbers lie elsewhere. Dictionaries become Maps with texts as keys.
 */
export class TorchUnpickler extends Unpickler {
  /** The storages that tensors are views of, by key. */
  readonly storages = new Map<string, Storage>();
  readonly #file: string;

  /**
   * @param file its name, for error messages.
   * @param start where the pickle begins.
   */
  constructor(bytes: Uint8Array, file: string, start = 0) {
    super(bytes, rulesFor(bytes.length - start), start);
    this.#file = file;
  }

  protected override construct(name: string, args: readonly unknown[]): unknown {
    const [first] = args;
    if (name === ORDERED_DICT) return this.#dictionary(first);
    if (REBUILD_TENSOR.includes(name)) return this.#tensor(args);
    if (name === REBUILD_PARAMETER && first instanceof TensorView) return first;
    if (name === SIZE && first instanceof PickledTuple) return first;
    return undefined;
  }

  /** Returns an OrderedDict, empty or from a list of pairs, as protocol 2 of Python 2 wrote it. */
  #dictionary(pairs: unknown = []): Map<string, unknown> | undefined {
    if (!Array.isArray(pairs)) return undefined;
    this.spend('containers', 1);
    const dictionary = new Map<string, unknown>();
    for (const pair of pairs) {
      const [key, value] = Array.isArray(pair) ? pair : pair instanceof PickledTuple ? pair.items : [];
      const name = this.key(key);
      if (name === undefined) throw this.malformed(`a dictionary without keys at offset ${this.offset}`);
      dictionary.set(name, value);
    }
    return dictionary;
  }

  #tensor([storage, offset, size, strides]: readonly unknown[]): TensorView | undefined {
    if (!(storage instanceof Storage && size instanceof PickledTuple && strides instanceof PickledTuple)) {
      return undefined;
    }
    this.spend('containers', 1);
    // problemOf checks the items.
    const view = new TensorView(storage, offset as number, size.items as number[], strides.items as number[]);
    const problem = problemOf(view);
    if (problem !== undefined) throw this.malformed(`${problem}, at offset ${this.offset}`);
    return view;
  }

  /** A storage: ('storage', its type, its key, the device, how many numbers it has, in old files a view of another). */
  protected override persistent(id: unknown): Storage {
    const [kind, type, key, , count, view = null] = id instanceof PickledTuple ? id.items : [];
    if (nameOf(kind) === 'module') {
      throw new TorchWeightsError('UNSUPPORTED', `${this.#file}: it holds a whole module. ${SAVE_THE_STATE}`);
    }
    const element = type instanceof PickledGlobal ? ELEMENT_TYPES.get(type.name) : undefined;
    const name = nameOf(key);
    if (nameOf(kind) !== 'storage' || element === undefined || name === undefined || view !== null) {
      throw this.unsafe(
        `the identifier at offset ${this.offset} is refused: weights name nothing but storages of numbers`,
      );
    }
    if (!Number.isSafeInteger(count) || (count as number) < 0) {
      throw this.malformed(`a storage without its size at offset ${this.offset}`);
    }
    const known = this.storages.get(name);
    if (known === undefined) {
      this.spend('containers', 1);
      const storage = new Storage(name, element, count as number);
      this.storages.set(name, storage);
      return storage;
    }
    if (known.type !== element || known.count !== count) {
      throw this.malformed(`a storage of two types or sizes at offset ${this.offset}`);
    }
    return known;
  }

  /** BUILD: a state_dict's `_metadata`, which has versions of modules and no weights. */
  protected override build(target: unknown, state: unknown): void {
    if (target instanceof Map && state instanceof Map) return;
    throw this.unsafe(`BUILD at offset ${this.offset} is refused: it may only describe a dictionary`);
  }

  protected override value(item: unknown): unknown {
    return item;
  }

  /** The state of an optimiser is numbered. */
  protected override key(item: unknown): string | undefined {
    return typeof item === 'number' ? String(item) : nameOf(item);
  }

  protected override unsafe(what: string): TorchWeightsError {
    return new TorchWeightsError('UNSAFE', `${this.#file}: ${what}. ${SAVE_THE_STATE}`);
  }

  protected override malformed(what: string): TorchWeightsError {
    return malformed(this.#file, what);
  }
}
