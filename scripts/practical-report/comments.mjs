// @ts-check

const fence =
  /^(?:<!-- code (?<origin>\S+) -->\n)?(?<open>[ \t]*(?<ticks>`{3,}|~{3,})[^\n]*)(?<rest>\n.*?^[ \t]*\k<ticks>[`~]*[ \t]*$)/;
const inlineCode = /(?<tick>`+)(?!`)(?:(?!\n\n).)*?(?<!`)\k<tick>(?!`)/;
const comment = /(?<comment><!--.*?-->)/;
const parts = new RegExp(`${fence.source}|${inlineCode.source}|${comment.source}`, 'gms');

/**
 * Returns the page without its comments; what stands between a figure's two marks stays, and every line keeps its
 * number. The origin of quoted code, which the comment on the line before it names, becomes the last word of the
 * fence's first line.
 *
 * @param {string} markdown
 */
export function withoutComments(markdown) {
  return markdown.replaceAll(parts, (match, ...more) => {
    const groups = more.at(-1);
    if (groups.origin !== undefined) return `\n${groups.open} ${groups.origin}${groups.rest}`;
    return groups.comment === undefined ? match : match.replaceAll(/[^\n]/g, '');
  });
}
