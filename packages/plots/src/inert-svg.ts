import { PlotError } from './errors.js';

const ELEMENTS = new Set(
  'svg title desc g rect path line polyline polygon circle ellipse text tspan image defs clipPath'.split(' '),
);
const TAG = /<\/?([A-Za-z]+)((?:\s+[A-Za-z_:][-\w:.]*="[^"<]*")*)\s*\/?>/y;
const ATTRIBUTE = /([A-Za-z_:][-\w:.]*)="([^"<]*)"/g;

/**
 * Returns `svg`, once it is sure that a browser will do nothing with it but draw: only known drawing elements, no event
 * handlers, no style that fetches, no reference to anything outside the document.
 *
 * @throws PlotError when the document holds anything else
 */
export function inertSvg(svg: string, where: string): string {
  const document = svg.trim();
  const refuse = (what: string): never => {
    throw new PlotError(`${where} holds ${what}: give an SVG document made by this package`);
  };
  if (!/^<svg[\s>]/.test(document) || !document.endsWith('</svg>')) refuse('no SVG document');
  for (let at = document.indexOf('<'); at >= 0; at = document.indexOf('<', TAG.lastIndex)) {
    TAG.lastIndex = at;
    const tag = TAG.exec(document);
    if (tag === null) return refuse(`the markup ${JSON.stringify(document.slice(at, at + 24))}`);
    if (!ELEMENTS.has(tag[1]!)) refuse(`an element <${tag[1]}>`);
    for (const [, name, value] of tag[2]!.matchAll(ATTRIBUTE)) {
      if (!isInert(name!.toLowerCase(), value!)) refuse(`the attribute ${name}=${JSON.stringify(value!.slice(0, 40))}`);
    }
  }
  return document;
}

function isInert(name: string, value: string): boolean {
  if (name.startsWith('on')) return false;
  if (name === 'href' || name === 'xlink:href') return /^(?:#|data:image\/(?:png|jpeg);base64,)/.test(value);
  if (name.startsWith('xmlns')) return true;
  // Of all ways in which CSS can fetch, only references within the document are left; escapes could spell the others.
  return !/\\|&|url\((?!#)|image-set|@import|expression/i.test(value) || name.startsWith('aria-');
}
