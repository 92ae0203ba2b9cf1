import { katex } from '@mdit/plugin-katex';
import type { MarkdownRenderer } from 'vitepress';

/**
 * Sets `$…$` within a line and `$$` on separate lines with KaTeX.
 *
 * Rendering throws for a formula that KaTeX does not know, which the plugin alone would only print.
 */
export function mathematics(md: MarkdownRenderer): void {
  // The two have different declarations of the same Markdown-it.
  katex(md as never, {
    throwOnError: true,
    logger: () => 'error',
    transformer(html) {
      if (html.includes('katex-error')) throw new Error(`This formula does not compile: ${html}`);
      return html.replace(/^<\w+/, '$& v-pre'); // Vue leaves such elements as they are.
    },
  });
}
