import { describe, expect, it } from 'vitest';
import { smallRun } from '../test/support/runs.js';
import { PlotError } from './errors.js';
import { inertSvg } from './inert-svg.js';
import { renderConfusionMatrix } from './render-confusion-matrix.js';
import { renderCurves } from './render-curves.js';
import { renderImageGrid } from './render-image-grid.js';

const image = { data: new Uint8Array(3), width: 1, height: 1, caption: 'javascript:alert(1) onload="x" url(http://a)' };

describe('inertSvg', () => {
  it('lets every picture of this package pass, unchanged but for white space around it', async () => {
    const pictures = [
      await renderCurves({ ...smallRun, name: 'onload="x" <script> url(http://a) \\ expression(1)' }),
      await renderConfusionMatrix([[1]], ['<script>']),
      renderImageGrid([image]),
    ];
    for (const picture of pictures) expect(inertSvg(picture, 'It')).toBe(picture.trim());
  });

  it.each([
    ['', 'no SVG document'],
    ['<p>hello</p>', 'no SVG document'],
    ['<svg><script>alert(1)</script></svg>', 'an element <script>'],
    ['<svg><foreignObject></foreignObject></svg>', 'an element <foreignObject>'],
    ['<svg><style>@import "x"</style></svg>', 'an element <style>'],
    ['<svg><!-- --></svg>', 'the markup "<!-- --></svg>"'],
    ['<svg onload="alert(1)"></svg>', 'the attribute onload="alert(1)"'],
    ['<svg><g ONCLICK="alert(1)"/></svg>', 'the attribute ONCLICK="alert(1)"'],
    ["<svg onload='alert(1)'></svg>", 'the markup'],
    ['<svg onload=alert(1)></svg>', 'the markup'],
    ['<svg><image href="http://a/b.png"/></svg>', 'the attribute href="http://a/b.png"'],
    ['<svg><image href="data:image/svg+xml;base64,AAAA"/></svg>', 'the attribute href='],
    ['<svg><image xlink:href="//a/b.png"/></svg>', 'the attribute xlink:href="//a/b.png"'],
    ['<svg><rect style="fill:url(http://a)"/></svg>', 'the attribute style='],
    ['<svg><rect fill="u\\72l(http://a)"/></svg>', 'the attribute fill='],
    ['<svg><rect fill="u&#114;l(http://a)"/></svg>', 'the attribute fill='],
    ['<svg><a href="#b"></a></svg>', 'an element <a>'],
    ['<svg></svg><script></script></svg>', 'an element <script>'],
  ])('refuses %j', (svg, what) => {
    expect(() => inertSvg(svg, 'The figure')).toThrow(PlotError);
    expect(() => inertSvg(svg, 'The figure')).toThrow(`The figure holds ${what}`);
  });
});
