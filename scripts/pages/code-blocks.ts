/** A fenced code block of a Markdown page. */
export interface CodeBlock {
  /** The info string's first word: `ts`, `sh`, or empty. */
  language: string;
  code: string;
  /** Line of the page that the code starts on, from 1. */
  line: number;
  /** The comments `<!-- example: … -->` above the block, without their frame. */
  markers: Marker[];
  /** It is marked `<!-- code FILE -->`: a passage of that file, not a program. */
  quoted: boolean;
  /** Nothing but blank lines stands between this block and the one before. */
  follows: boolean;
}

export interface Marker {
  text: string;
  /** Line of the page that the comment starts on, from 1. */
  line: number;
}

/** Finds the fenced code blocks of a page, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split('\n');
  let markers: Marker[] = [];
  let quoted = false;
  let follows = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    const fence = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line);
    if (fence) {
      const end = lines.findIndex((other, index) => index > at && other.trim() === fence[1]);
      const code = lines.slice(at + 1, end === -1 ? lines.length : end).map((text) => `${text}\n`);
      blocks.push({ language: fence[2], code: code.join(''), line: at + 2, markers, quoted, follows });
      at += code.length + 1;
      markers = [];
      quoted = false;
      follows = true;
    } else if (line.startsWith('<!-- code ')) {
      quoted = true;
    } else if (line.startsWith('<!-- example:')) {
      const comment = [line];
      while (!comment.at(-1)!.includes('-->') && at + comment.length < lines.length) {
        comment.push(lines[at + comment.length]);
      }
      const text = comment
        .join('\n')
        .replace('<!-- example:', '')
        .replace(/-->.*$/s, '');
      markers.push({ text, line: at + 1 });
      at += comment.length - 1;
    } else if (line.trim() !== '') {
      markers = [];
      quoted = false;
      follows = false;
    }
  }
  return blocks;
}
