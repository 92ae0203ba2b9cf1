import type { Spec } from 'vega';
import { FONT_FAMILY, GRID, INK } from './palette.js';
import { type SvgHead, svgDocument } from './svg-document.js';

/** Vega's defaults, replaced where they would depend on the machine's fonts or add noise. */
const CONFIG = {
  background: 'none',
  axis: {
    aria: false,
    domainColor: INK,
    gridColor: GRID,
    labelColor: INK,
    labelFont: FONT_FAMILY,
    labelFontSize: 12,
    labelFlush: false,
    labelOverlap: false,
    labelPadding: 6,
    tickColor: INK,
    tickSize: 4,
  },
  text: { font: FONT_FAMILY, fontSize: 12, fill: INK },
} as const;

/**
 * Draws a Vega specification of fixed layout (`autosize: none`) as SVG, without a DOM or canvas. Vega is loaded on the
 * first call. Its expressions are interpreted, never compiled, so a content security policy without `unsafe-eval` is
 * enough; it is given no loader, so a specification cannot read files or URLs.
 */
export async function renderVega(head: SvgHead, spec: Spec): Promise<string> {
  const [vega, { expressionInterpreter }] = await Promise.all([import('vega'), import('vega-interpreter')]);
  const fixed: Spec = { ...spec, width: head.width, height: head.height, padding: 0, autosize: 'none' };
  const view = new vega.View(vega.parse(fixed, CONFIG as object, { ast: true }), {
    renderer: 'none',
    expr: expressionInterpreter,
    logLevel: vega.Error,
    loader: refusingLoader,
  });
  try {
    const svg = await view.toSVG();
    const body = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'));
    return svgDocument(head, roundCoordinates(body));
  } finally {
    view.finalize();
  }
}

const refuse = (): Promise<never> =>
  Promise.reject(new Error('charts are drawn from the data given, never from files'));
const refusingLoader = { options: {}, load: refuse, sanitize: refuse, http: refuse, file: refuse };

/** Coordinates to 1/100 pixel: smaller files, and the same bytes where floating point differs in its last digit. */
function roundCoordinates(markup: string): string {
  return markup.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/ (?:d|transform|x|y|x2|y2|width|height)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100)),
    ),
  );
}
