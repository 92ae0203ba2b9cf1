/** Something kept beside a tensor's values, for as long as these live. */
interface Attachment {
  readonly value: unknown;
  readonly bytes: number;
  readonly dispose: (value: never) => void;
  /** The kernel call that used it last. */
  call: number;
}

type DataId = object;

/**
 * Values derived from tensors (such as a transformed filter), kept until the tensor goes, or until memory is short:
 * beyond `budget` bytes the one unused longest goes first.
 *
 * What a kernel call put in or looked up stays until that call is over, so that a kernel can go on using it while it
 * asks for more memory.
 */
export class Attachments {
  /** Bytes to hold at most. */
  readonly budget: number;
  readonly #byData = new Map<DataId, Map<string, Attachment>>();
  /** Attachments in the order of their last use. */
  readonly #order = new Map<Attachment, [DataId, string]>();
  #bytes = 0;
  #call = 0;

  /** @param budget bytes to hold at most. */
  constructor(budget: number) {
    this.budget = budget;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Starts a new kernel call: what earlier calls used may go. */
  nextCall(): void {
    this.#call += 1;
  }

  /**
   * Keeps `value` beside the data, in place of an earlier one with that key; `dispose` is called once, when it goes.
   *
   * @returns false when it exceeds the budget. It then was not kept, nor disposed: it is still the caller's.
   */
  set<T>(dataId: DataId, key: string, value: T, bytes: number, dispose: (value: T) => void): boolean {
    this.#drop(dataId, key);
    if (bytes > this.budget) return false;
    while (this.#bytes + bytes > this.budget) {
      if (!this.evict()) return false;
    }
    const attachment: Attachment = { value, bytes, dispose, call: this.#call };
    let keys = this.#byData.get(dataId);
    if (!keys) {
      keys = new Map();
      this.#byData.set(dataId, keys);
    }
    keys.set(key, attachment);
    this.#order.set(attachment, [dataId, key]);
    this.#bytes += bytes;
    return true;
  }

  /** Returns the value that `set` kept, or undefined if it is not there, or no longer there. */
  get<T>(dataId: DataId, key: string): T | undefined {
    const attachment = this.#byData.get(dataId)?.get(key);
    if (!attachment) return undefined;
    attachment.call = this.#call;
    this.#order.delete(attachment);
    this.#order.set(attachment, [dataId, key]);
    return attachment.value as T;
  }

  /** Drops the value kept beside the data with that key; false when there is nothing. */
  delete(dataId: DataId, key: string): boolean {
    return this.#drop(dataId, key);
  }

  /** Drops the value that was unused longest; false when nothing may go. */
  evict(): boolean {
    for (const [attachment, [dataId, key]] of this.#order) {
      // The order is that of use: from here on, all are in use by the present call.
      if (attachment.call === this.#call) return false;
      this.#drop(dataId, key);
      return true;
    }
    return false;
  }

  /** Drops everything kept beside the data. */
  deleteAll(dataId: DataId): void {
    for (const key of [...(this.#byData.get(dataId)?.keys() ?? [])]) this.#drop(dataId, key);
  }

  /** Drops everything. */
  clear(): void {
    for (const dataId of [...this.#byData.keys()]) this.deleteAll(dataId);
  }

  #drop(dataId: DataId, key: string): boolean {
    const keys = this.#byData.get(dataId);
    const attachment = keys?.get(key);
    if (!keys || !attachment) return false;
    keys.delete(key);
    if (keys.size === 0) this.#byData.delete(dataId);
    this.#order.delete(attachment);
    this.#bytes -= attachment.bytes;
    attachment.dispose(attachment.value as never);
    return true;
  }
}
