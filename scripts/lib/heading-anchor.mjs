// @ts-check

/**
 * Returns the names under which headings can be linked to, as GitHub makes them.
 *
 * @param {readonly string[]} headings of one page in their order, as Markdown without the `#`
 * @returns {string[]} one for each heading, all different
 */
export function headingAnchors(headings) {
  /** @type {Set<string>} */
  const anchors = new Set();
  return headings.map((heading) => {
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '');
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
    return anchor;
  });
}
