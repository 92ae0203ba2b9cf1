import { SafetensorsError } from './error.js';
import { quote } from './excerpt.js';

/** The longest text of a value that is read as a whole; the header's fields need a few dozen characters. */
const MAX_VALUE_CHARACTERS = 65_536;

/** How deeply arrays and objects may lie in each other within such a value, as in the reference implementation. */
const MAX_DEPTH = 128;

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /[-+.\w]+/y;

/**
 * Reads JSON from its start to its end, one object or string after the other, where its caller knows what comes next.
 * Values whose shape the caller does not know are limited in length and depth, so that the time never grows faster than
 * the length of the text.
 *
 * All methods throw a SafetensorsError if the text is not JSON.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the next character that is not white space, `undefined` at the end. */
  peek(): string | undefined {
    this.#skip(SPACE);
    return this.#text[this.#at];
  }

  /**
   * Returns an object, whose values `readValue` reads one by one.
   *
   * `JSON.parse` would silently keep the last of two values with one name, other readers the first, so that a file would
   * mean different things to different programs: here a name that appears twice is an error.
   */
  object<T>(readValue: (name: string) => T): Map<string, T> {
    const members = new Map<string, T>();
    this.#expect('{');
    if (this.#take('}')) return members;
    do {
      const name = this.string();
      if (members.has(name)) throw this.#error(`the name ${quote(name)} appears twice`);
      this.#expect(':');
      members.set(name, readValue(name));
    } while (this.#take(','));
    this.#expect('}');
    return members;
  }

  /** Returns a string of any length. */
  string(): string {
    if (this.peek() !== '"') throw this.#error('a text in quotation marks should be here');
    const start = this.#at;
    this.#skipString();
    return this.#parse(start) as string;
  }

  /** Reads any value of a limited length; returns it and its text. */
  value(): { value: unknown; text: string } {
    this.peek();
    const start = this.#at;
    let depth = 0;
    do {
      const next = this.peek();
      if (next === '"') this.#skipString();
      else if (next !== undefined && '[]{},:'.includes(next)) {
        this.#at++;
        if (next === '[' || next === '{') depth++;
        if (next === ']' || next === '}') depth--;
      } else if (!this.#skip(LITERAL)) throw this.#error('a value should be here');
      if (depth > MAX_DEPTH) throw this.#error(`more than ${MAX_DEPTH} arrays and objects lie in each other`);
      if (this.#at - start > MAX_VALUE_CHARACTERS) {
        throw this.#error(`a field has a value of more than ${MAX_VALUE_CHARACTERS} characters`);
      }
    } while (depth > 0);
    return { value: this.#parse(start), text: this.#text.slice(start, this.#at) };
  }

  /** Nothing but white space may follow. */
  end(): void {
    if (this.peek() !== undefined) throw this.#error('the text should end here');
  }

  #skipString(): void {
    const text = this.#text;
    let at = this.#at + 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    if (at >= text.length) throw this.#error('a text has no end');
    this.#at = at + 1;
  }

  #parse(start: number): unknown {
    try {
      return JSON.parse(this.#text.slice(start, this.#at));
    } catch {
      this.#at = start;
      throw this.#error('a value is not written as JSON demands');
    }
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#error(`${quote(character)} should be here`);
  }

  #take(character: string): boolean {
    const found = this.peek() === character;
    if (found) this.#at++;
    return found;
  }

  /** Goes over what the sticky pattern matches here; tells whether that is anything. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text) || pattern.lastIndex === this.#at) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #error(what: string): SafetensorsError {
    return new SafetensorsError(
      `The header is not valid JSON (at its character ${this.#at + 1}: ${what}): the file is damaged.`,
    );
  }
}
