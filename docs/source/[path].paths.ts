// A page for every file and folder of the repository that a page links to and that is not a page itself.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { addressOf, CODE_ORIGIN, root, targetOf } from '../.vitepress/links.js';

/** Longer files are shown up to here. */
const SHOWN_LINES = 2000;

const languages: Record<string, string> = { jsonl: 'json', mjs: 'js', cjs: 'js' };

export default {
  paths: () => linkedFiles().map((path) => ({ params: { path }, content: contentOf(path) })),
};

function linkedFiles(): string[] {
  const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  const linked = pages
    .trim()
    .split('\n')
    .filter((page) => !/CHANGELOG|\/fixtures\/|^\./.test(page))
    .flatMap(linksOf);
  return [...new Set(linked)].filter((path) => addressOf(path).startsWith('/docs/source/')).sort();
}

const markdown = new MarkdownIt({ html: true });

/** Returns the files and folders that a page links to or quotes, from the root of the repository. */
function linksOf(page: string): string[] {
  const tokens = markdown.parse(readFileSync(join(root, page), 'utf8'), {});
  const links = tokens
    .flatMap(({ children }) => children ?? [])
    .flatMap((token) => (token.type === 'link_open' ? [token.attrGet('href')!] : []))
    .map((href) => targetOf(href, page));
  const quoted = tokens.map(
    ({ type, content }) => (type === 'html_block' && CODE_ORIGIN.exec(content)?.[1]) || undefined,
  );
  return [...links, ...quoted]
    .filter((path): path is string => path !== undefined && existsSync(join(root, path)))
    .map((path) => path.replace(/\/$/, ''));
}

function contentOf(path: string): string {
  const heading = `# ${basename(path)}\n\n\`${path}\`\n`;
  const file = join(root, path);
  if (statSync(file).isDirectory()) {
    const names = readdirSync(file, { withFileTypes: true }).map((one) => `${one.name}${one.isDirectory() ? '/' : ''}`);
    return `${heading}\n${names.map((name) => `- \`${name}\``).join('\n')}\n`;
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const rest = lines.length > SHOWN_LINES ? `\nThe first ${SHOWN_LINES} of ${lines.length} lines.\n` : '';
  const extension = extname(path).slice(1);
  const language = languages[extension] ?? extension;
  return `${heading}${rest}\n\`\`\`\`\`\`${language}\n${lines.slice(0, SHOWN_LINES).join('\n')}\n\`\`\`\`\`\`\n`;
}
