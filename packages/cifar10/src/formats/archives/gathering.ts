import { Cifar10Error } from '../../errors.js';
import { Assembly, type RawCifar10 } from '../assembly.js';
import type { FileForm, FormReader } from '../form.js';
import { requireOwnContent } from '../own-content.js';
import type { ReadContext } from '../read-context.js';
import { ArchivedForms, type FormPlace, isSamePlace } from './archived-forms.js';
import { unrecognised } from './unrecognised.js';

/** CIFAR-10 as read from an archive. */
export interface ArchivedCifar10 {
  readonly raw: RawCifar10;
  readonly form: FileForm;
}

/** One form's files out of an archive. */
export class Gathering {
  /** The forms that the names seen so far point to. */
  readonly forms = new ArchivedForms();
  readonly #where: string;
  readonly #context: ReadContext;
  #place: FormPlace | undefined;
  readonly #assembly = new Assembly();
  #reader: FormReader | undefined;
  #classNames: (() => readonly string[]) | undefined;
  #done = 0;

  constructor(where: string, context: ReadContext, place?: FormPlace) {
    this.#where = where;
    this.#context = context;
    this.#place = place;
  }

  wants(name: string): boolean {
    const found = this.forms.note(name);
    if (found === undefined) return false;
    this.#place ??= found.place;
    return isSamePlace(found.place, this.#place) && !found.isRepeated;
  }

  async accept(name: string, bytes: Uint8Array): Promise<void> {
    const { layout } = this.#place!;
    const file = name.slice(name.search(/[^\\/]*$/));
    const from = `${this.#where}: ${name}`;
    requireOwnContent(bytes, from, layout);
    if (file === layout.classNames?.file) {
      this.#classNames = () => layout.classNames!.read(bytes, from);
      return;
    }
    this.#reader ??= layout.reader(this.#assembly);
    await this.#reader.accept(file, bytes, from);
    this.#context.onFile?.(file, ++this.#done, layout.files.length);
  }

  /** A folder that is complete, where the one that was read is not. */
  betterPlace(): FormPlace | undefined {
    if (this.#place === undefined || this.forms.missing(this.#place).length === 0) return undefined;
    const best = this.forms.best()!;
    return this.forms.missing(best).length === 0 ? best : undefined;
  }

  async finish(): Promise<ArchivedCifar10> {
    if (this.#place === undefined) throw unrecognised(this.#where, this.forms.others);
    const missing = this.forms.missing(this.#place);
    if (missing.length > 0) {
      throw new Cifar10Error(
        'INCOMPLETE',
        `${this.#where}: ${missing.join(', ')} missing. Fetch the archive again, or leave the data folder out to download the data.`,
      );
    }
    const raw = await this.#assembly.finish(this.#context.digests, this.#classNames);
    return { raw, form: this.#place.layout.form };
  }
}
