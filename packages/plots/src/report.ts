import type { GridImage } from './image-texts.js';

/** An image of a report, with the text under it. */
export interface ReportImage extends GridImage {
  /** Classes with their probabilities, 0 to 1, each shown with a bar of that length. Default: none. */
  readonly probabilities?: readonly { readonly label: string; readonly probability: number }[];
  /** Text that assistive technology reads out in place of the picture. Default: its true class, else its caption. */
  readonly alt?: string;
}

/** A part of a report's section. */
export type ReportBlock =
  /** A paragraph; line ends are kept. */
  | { readonly kind: 'text'; readonly text: string }
  /** Names and values, such as the settings of a run. Arrays are listed, other objects written as JSON. */
  | { readonly kind: 'settings'; readonly settings: Readonly<Record<string, unknown>>; readonly caption?: string }
  /** Rows of cells, one per column; numbers are aligned at the right and written as JavaScript does. */
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number)[])[];
      /** Whether the first cell of each row is the row's heading. Default: false. */
      readonly rowHeadings?: boolean;
      readonly caption?: string;
    }
  /** A picture made by this package, put into the page. */
  | { readonly kind: 'figure'; readonly svg: string; readonly caption?: string }
  /** Images side by side, as many in a row as the window has room for, enlarged without blurring. */
  | {
      readonly kind: 'images';
      readonly images: readonly ReportImage[];
      /** Width of each image in CSS pixels, 8 to 1000. Default: 96. */
      readonly imageSize?: number;
      /** Read out once for all, where the single images have nothing to say, such as learned filters. */
      readonly label?: string;
      readonly caption?: string;
    }
  /** Blocks under a heading of the next level; with `collapsed`, the reader opens and closes them. */
  | {
      readonly kind: 'part';
      readonly heading: string;
      readonly blocks: readonly ReportBlock[];
      readonly collapsed?: boolean;
    };

/** A section of a report. */
export interface ReportSection {
  /** One line above the blocks. */
  readonly heading: string;
  /** Contents of the section, from top to bottom. */
  readonly blocks: readonly ReportBlock[];
}

/** Contents of a report. */
export interface Report {
  /** The page's title and first heading. */
  readonly title: string;
  /** A line under the title. Default: none. */
  readonly subtitle?: string;
  /** Language of the texts, as a BCP 47 tag. Default: `en`. */
  readonly language?: string;
  /** Sections from top to bottom. */
  readonly sections: readonly ReportSection[];
}
