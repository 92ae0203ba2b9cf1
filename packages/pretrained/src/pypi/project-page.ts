/** The page of a project, in JSON if an index has it (PEP 691), else in HTML (PEP 503). */
export const PAGE_TYPES =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';

/**
 * Finds the address of a file on a project's page.
 *
 * @param page its text.
 * @param type its media type.
 * @param address of the page itself, after redirects: links may be relative to it.
 * @returns undefined if the page does not have the file.
 */
export function findFile(page: string, type: string, address: string, name: string): string | undefined {
  const links = /\bjson\b/.test(type) ? linksOfJson(page) : linksOfHtml(page);
  for (const link of links) {
    if (!URL.canParse(link, address)) continue;
    const url = new URL(link, address);
    if (!/^https?:$/.test(url.protocol) || url.pathname.split('/').at(-1) !== name) continue;
    url.hash = '';
    return url.href;
  }
  return undefined;
}

function linksOfJson(page: string): string[] {
  const { files } = JSON.parse(page) as { files?: unknown };
  if (!Array.isArray(files)) return [];
  return files.map((file: { url?: unknown } | null) => file?.url).filter((url) => typeof url === 'string');
}

const ANCHOR = /<a\b([^<>]*)/gi;
const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&#x27;': "'" };

function linksOfHtml(page: string): string[] {
  return [...page.matchAll(ANCHOR)].map(([, attributes]) => {
    const [, double, single] = HREF.exec(attributes!) ?? [];
    return (double ?? single ?? '').replace(/&(amp|quot|#39|#x27);/g, (entity) => ENTITIES[entity]!);
  });
}
