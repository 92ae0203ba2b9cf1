import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallRun } from '../test/support/runs.js';
import { classed, elements, named, parseXml, texts } from '../test/support/xml.js';
import { PlotError } from './errors.js';
import { plainText } from './escape.js';
import { renderCurves } from './render-curves.js';
import type { Run } from './series.js';

const path = (svg: string, name: string) => classed(parseXml(svg), name)[0]!.children[0]!.attributes.d!;
const commands = (d: string, letter: string) => d.split(letter).length - 1;
const lossOnly = (values: readonly number[], split = 'train'): Run => ({
  name: 'run',
  loss: [{ name: split, points: values.map((value, i) => ({ step: i + 1, value })) }],
  accuracy: [],
});

describe('renderCurves', () => {
  it('draws the picture it drew before', async () => {
    const before = await readFile(new URL('../test/fixtures/small-run.svg', import.meta.url), 'utf8');
    expect(await renderCurves(smallRun, { width: 640, height: 300 })).toBe(before);
  });

  it('gives the same bytes for the same input', async () => {
    const [first, second] = await Promise.all([renderCurves(smallRun), renderCurves([smallRun])]);
    expect(second).toBe(first);
  });

  it('has a title, both axes with units, and a legend', async () => {
    const svg = parseXml(await renderCurves(smallRun, { subtitle: 'learning rate 0.001' }));
    const drawn = texts(svg);
    for (const text of ['small run', 'learning rate 0.001', 'loss (cross-entropy, nats)', 'accuracy (%)']) {
      expect(drawn.filter((other) => other === text)).toEqual([text]);
    }
    expect(drawn.filter((text) => text === 'step')).toHaveLength(2);
    expect(drawn).toEqual(expect.arrayContaining(['train (smoothed)', 'train (each step)', 'test', '2.2', '40']));
    expect(svg.attributes).toMatchObject({ role: 'img', 'aria-label': 'small run', width: '1000' });
    expect(named(svg, 'title')[0]!.text).toBe('small run');
    expect(named(svg, 'desc')[0]!.text).toContain('test accuracy 30.00 % at step 6');
  });

  it('draws every series with every point', async () => {
    const svg = await renderCurves(smallRun);
    for (const metric of ['loss', 'accuracy']) {
      expect(commands(path(svg, `${metric}-run0-split0-raw`), 'L')).toBe(5);
      expect(commands(path(svg, `${metric}-run0-split0-smoothed`), 'L')).toBe(5);
      expect(commands(path(svg, `${metric}-run0-split1`), 'L')).toBe(2);
      expect(classed(parseXml(svg), `${metric}-run0-split1-points`)[0]!.children).toHaveLength(3);
    }
  });

  it('places points by step and value', async () => {
    const svg = await renderCurves(lossOnly([4, 3, 2, 1, 0], 'test'), { width: 400, height: 400 });
    const at = path(svg, 'loss-run0-split0')
      .match(/[\d.]+/g)!
      .map(Number);
    const [xs, ys] = [at.filter((_, i) => i % 2 === 0), at.filter((_, i) => i % 2 === 1)];
    expect(xs.map((x) => x / xs[4]!)).toEqual([0.2, 0.4, 0.6, 0.8, 1].map((x) => expect.closeTo(x, 3)));
    expect(ys.map((y) => y / ys[4]!)).toEqual([0, 0.25, 0.5, 0.75, 1].map((y) => expect.closeTo(y, 3)));
  });

  it('gives each run a colour and each split a dash', async () => {
    const svg = parseXml(await renderCurves([smallRun, { ...smallRun, name: 'other run' }]));
    const look = (name: string) => classed(svg, name)[0]!.children[0]!.attributes;
    expect(look('loss-run0-split0-smoothed').stroke).toBe('#0072B2');
    expect(look('loss-run0-split1').stroke).toBe('#0072B2');
    expect(look('loss-run1-split1').stroke).toBe('#D55E00');
    expect(look('loss-run0-split0-smoothed')['stroke-dasharray']).toBeUndefined();
    expect(look('loss-run0-split1')['stroke-dasharray']).toBe('7,3');
    expect(classed(svg, 'loss-run0-split0-raw')).toEqual([]);
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['Comparison of 2 runs', 'small run', 'other run', 'train (smoothed)']),
    );
  });

  it('tells many runs apart', async () => {
    const runs = Array.from({ length: 12 }, (_, i) => ({ ...lossOnly([3, 2, 1]), name: `run ${i}` }));
    const svg = parseXml(await renderCurves(runs));
    const looks = runs.map((_, i) => {
      const { stroke, 'stroke-opacity': opacity } = classed(svg, `loss-run${i}-split0-smoothed`)[0]!.children[0]!
        .attributes;
      return `${stroke} ${opacity}`;
    });
    expect(new Set(looks).size).toBe(12);
    expect(texts(svg)).toEqual(expect.arrayContaining(runs.map(({ name }) => name)));
  });

  it('leaves out the panel of a metric without data', async () => {
    const svg = parseXml(await renderCurves(lossOnly([2, 1])));
    expect(classed(svg, 'panel-loss')).toHaveLength(1);
    expect(classed(svg, 'panel-accuracy')).toHaveLength(0);
  });

  it('shows non-finite values as gaps', async () => {
    const svg = await renderCurves(lossOnly([3, 2, Number.NaN, 2, Number.POSITIVE_INFINITY, 1], 'test'));
    expect(commands(path(svg, 'loss-run0-split0'), 'M')).toBe(3);
    const points = classed(parseXml(svg), 'loss-run0-split0-points')[0]!.children;
    expect(points.map(({ attributes }) => attributes.opacity)).toEqual(['1', '1', '0', '1', '0', '1']);
  });

  it('has gaps on a log scale where the loss is not positive', async () => {
    const run = lossOnly([100, 10, 0, 1, 0.1], 'test');
    const svg = await renderCurves(run, { lossScale: 'log' });
    expect(commands(path(svg, 'loss-run0-split0'), 'M')).toBe(2);
    const ys = path(svg, 'loss-run0-split0')
      .match(/[\d.]+/g)!
      .map(Number)
      .filter((_, i) => i % 2 === 1);
    expect(ys[1]! - ys[0]!).toBeCloseTo(ys[3]! - ys[2]!, 1);
    await expect(renderCurves(lossOnly([0, -1]), { lossScale: 'log' })).rejects.toThrow('no finite loss or accuracy');
  });

  it('leaves an exponential decay straight on a log scale, ends included', async () => {
    const decay = lossOnly(Array.from({ length: 50 }, (_, i) => Math.exp(-i / 5)));
    const svg = await renderCurves(decay, { lossScale: 'log' });
    const [smoothed, raw] = ['smoothed', 'raw'].map((role) =>
      path(svg, `loss-run0-split0-${role}`)
        .match(/[\d.]+/g)!
        .map(Number),
    );
    smoothed!.forEach((coordinate, i) => {
      expect(Math.abs(coordinate - raw![i]!)).toBeLessThan(0.02);
    });
  });

  it('cuts off an evaluation that sticks out, and says so', async () => {
    const values = [7.1, ...Array.from({ length: 30 }, (_, i) => 1.95 - i / 30)];
    const svg = parseXml(await renderCurves(lossOnly(values, 'test'), { width: 400, height: 400 }));
    expect(texts(svg)).toContain('cut off: up to 7.10');
    expect(texts(svg)).not.toContain('7');
    expect(named(svg, 'desc')[0]!.text).toMatch(/ The loss axis is cut off: up to 7\.10\.$/);
    expect(classed(svg, 'loss-run0-split0-above')[0]!.children).toHaveLength(1);
    expect(classed(svg, 'loss-run0-split0-below')[0]!.children).toHaveLength(0);
    const points = classed(svg, 'loss-run0-split0-points')[0]!.children;
    // The point that is cut off is not drawn, and where the line crosses the edge is not a point.
    expect(points.map(({ attributes }) => attributes.opacity).slice(0, 4)).toEqual(['0', '0', '1', '1']);
    const [top] = classed(svg, 'loss-run0-split0')[0]!
      .children[0]!.attributes.d!.match(/[\d.]+/g)!
      .slice(1)
      .map(Number);
    expect(top).toBe(0);
  });

  it('cuts off nothing of a usual curve, and nothing of an accuracy', async () => {
    const usual = lossOnly(Array.from({ length: 1400 }, (_, i) => 0.3 + 2 * Math.exp(-i / 200)));
    expect(await renderCurves(usual)).not.toContain('cut off');
    const points = Array.from({ length: 50 }, (_, step) => ({ step, value: step === 0 ? 0.1 : 0.9 + step / 1000 }));
    const accurate: Run = { name: 'run', loss: [], accuracy: [{ name: 'test', points }] };
    expect(await renderCurves(accurate)).not.toContain('cut off');
  });

  it('marks a stretch beyond the axis once, not once a step', async () => {
    const values = [...Array.from({ length: 5000 }, (_, i) => 2 - i / 5000), ...Array(60).fill(90)];
    const svg = parseXml(await renderCurves(lossOnly(values, 'test')));
    const marks = classed(svg, 'loss-run0-split0-above')[0]!.children.length;
    expect(marks).toBeGreaterThan(0);
    expect(marks).toBeLessThan(4);
  });

  it('has a tick between two steps only if there are steps between', async () => {
    const ticks = async (steps: readonly number[]) => {
      const points = steps.map((step) => ({ step, value: 10 * step }));
      return texts(parseXml(await renderCurves({ name: 'r', loss: [{ name: 'test', points }], accuracy: [] })));
    };
    expect(await ticks([0, 0.5, 1])).toContain('0.5');
    expect(await ticks([1, 2, 3])).not.toContain('1.5');
  });

  it('smooths as much as it is told', async () => {
    const run = lossOnly([3, 1, 3, 1, 3, 1]);
    const plain = await renderCurves(run, { smoothing: 1 });
    expect(path(plain, 'loss-run0-split0-smoothed')).toBe(path(plain, 'loss-run0-split0-raw'));
    const smoothed = await renderCurves(run, { smoothing: 5 });
    expect(path(smoothed, 'loss-run0-split0-smoothed')).not.toBe(path(smoothed, 'loss-run0-split0-raw'));
  });

  it('sets the panels one above the other', async () => {
    const svg = parseXml(await renderCurves(smallRun, { layout: 'column' }));
    const places = ['panel-loss', 'panel-accuracy'].map(
      (name) => classed(svg, name)[0]!.children[0]!.attributes.transform!,
    );
    const [[x0, y0], [x1, y1]] = places.map((place) => place.match(/\d+/g)!.map(Number)) as [number[], number[]];
    expect(x1).toBe(x0);
    expect(y1).toBeGreaterThan(y0! + 200);
  });

  it('thins long curves to what the picture can show', async () => {
    const svg = await renderCurves(lossOnly(Array.from({ length: 50_000 }, (_, i) => Math.sin(i * i))), {
      smoothing: 5,
    });
    expect(svg.length).toBeLessThan(120_000);
  });

  it('draws a single step, and a constant', async () => {
    for (const values of [[2], [0, 0, 0], [-1e-9, -1e-9]]) {
      expect(await renderCurves(lossOnly(values, 'test'))).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('makes any name inert and stays well-formed', async () => {
    const name = '</text><script>alert(1)</script>&"\'\u0000\n';
    const svg = parseXml(
      await renderCurves(
        [
          { ...smallRun, name },
          { ...smallRun, name: 'b' },
        ],
        { title: name, subtitle: name },
      ),
    );
    expect(named(svg, 'script')).toEqual([]);
    expect(texts(svg).filter((text) => text === '</text><script>alert(1)</script>&"\'\ufffd')).toHaveLength(3);
  });

  it('draws any text as it is, wherever it stands', async () => {
    const words = fc.oneof(
      fc.constantFrom('valueOf', 'constructor', '__proto__', 'datum', 'null', ''),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(words, async (word) => {
        const run: Run = { name: word, loss: [{ name: word, points: [{ step: 1, value: 1 }] }], accuracy: [] };
        const axisTitles = { step: word, loss: word };
        const runs = [run, { ...run, name: 'other' }];
        const svg = parseXml(await renderCurves(runs, { title: word, subtitle: word, axisTitles }));
        const names = new Set(elements(svg).map(({ name }) => name));
        expect([...names].filter((name) => !/^(svg|title|desc|rect|g|path|line|text)$/.test(name))).toEqual([]);
        const shown = plainText(word).trim();
        // Title, subtitle, run and split in the legend, two axis titles.
        if (shown !== '' && !/[\d.]/.test(shown)) expect(texts(svg).filter((text) => text === shown)).toHaveLength(6);
      }),
      { numRuns: 60 },
    );
  });

  it('draws any numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(), { minLength: 1, maxLength: 20 }), async (values) => {
        const drawable = values.some(Number.isFinite);
        if (!drawable) {
          await expect(renderCurves(lossOnly(values))).rejects.toThrow(PlotError);
          return;
        }
        const attributes = elements(parseXml(await renderCurves(lossOnly(values)))).flatMap((element) => [
          element.attributes.d ?? '',
          element.attributes.transform ?? '',
        ]);
        expect(attributes.join(' ')).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [[], {}, 'There is no run to draw: give at least one'],
    [
      [{ name: 'a', loss: [], accuracy: [] }],
      {},
      'The runs hold no finite loss or accuracy to draw: give at least one',
    ],
    [[lossOnly([Number.NaN])], {}, 'The runs hold no finite loss or accuracy to draw: give at least one'],
    [[smallRun], { layout: 'diagonal' }, 'layout is "diagonal": choose one of row, column'],
    [[smallRun], { lossScale: 'cubic' }, 'lossScale is "cubic": choose one of linear, log'],
    [[smallRun], { width: Number.NaN }, 'width is NaN: give a number from 320 to 10000'],
    [[smallRun], { height: 20_000 }, 'height is 20000: give a number from 240 to 10000'],
    [[smallRun], { smoothing: 0 }, 'smoothing is 0: give a number at least 1'],
    [[smallRun], { height: 240, layout: 'column' }, /^Each panel would have 548 x 4 pixels, too few to read/],
    [
      [
        {
          name: 'a',
          loss: [
            {
              name: 'train',
              points: [
                { step: 2, value: 1 },
                { step: 1, value: 1 },
              ],
            },
          ],
          accuracy: [],
        },
      ],
      {},
      'Series "train" (loss) of run "a" goes from step 2 back to 1: sort its points by step',
    ],
    [
      [{ name: 'a', loss: [{ name: 'train', points: [{ step: Number.NaN, value: 1 }] }], accuracy: [] }],
      {},
      'Series "train" (loss) of run "a" has a point at step NaN: steps must be finite numbers',
    ],
    [
      [{ name: 'a', loss: [], accuracy: [{ name: 'test', points: [{ step: 1, value: '0.5' }] }] }],
      {},
      'Series "test" (accuracy) of run "a" has the value 0.5 at step 1: values must be numbers (NaN is a gap)',
    ],
  ])('refuses what it cannot draw (%#)', async (runs, options, message) => {
    await expect(renderCurves(runs as Run[], options as object)).rejects.toThrow(PlotError);
    await expect(renderCurves(runs as Run[], options as object)).rejects.toThrow(message);
  });
});
