import type { ExportedNetwork } from './exported-network.js';

/** A network in a format. */
export interface WrittenNetwork {
  /** The content of each file, by its name. */
  files: Readonly<Record<string, string | Uint8Array>>;
  /** Description of the files and of the model's inputs and outputs, in Markdown. */
  description: string;
  /** Programs that use the files. */
  snippets: readonly Snippet[];
}

/** A program that uses an export, for its card. */
export interface Snippet {
  /** Place where it runs, as a heading. */
  where: string;
  /** Command that installs the packages that it needs. */
  install: string;
  /** `js`, `html` or `python`. */
  language: string;
  code: string;
}

/** A format that networks are written in. */
export interface ExportFormat {
  /** The names of the files that it has. */
  readonly files: readonly string[];
  /** Name that a hub gives to the library that reads it. */
  readonly library: string;
  /** Writes a network. @throws RunError, `no-export`, for one that cannot be written so. */
  write(network: ExportedNetwork): Promise<WrittenNetwork>;
}
