import { cutNote } from '@cifarlab/plots';
import uPlot from 'uplot';
import type { Metric } from '../protocol.js';
import { element, setText } from './dom.js';
import type { StepRange } from './finer-points.js';
import { styleColour } from './palette.js';
import { count, metricText } from './words.js';
import { type AxisRange, axisRange } from './y-range.js';

/** A curve of a chart. */
export interface ChartCurve {
  label: string;
  colour: string;
  step: readonly number[];
  value: readonly number[];
  /** Lowest and highest values where a point stands for several. */
  extent?: { low: readonly number[]; high: readonly number[] };
  /** Whether its points are marked. */
  isMarked: boolean;
}

/** A step that is marked. */
export interface StepMark {
  step: number;
  text: string;
}

/** Content of a chart. */
export interface ChartContent {
  curves: readonly ChartCurve[];
  marks: readonly StepMark[];
}

/** Options of {@link CurveChart}. */
export interface ChartOptions {
  title: string;
  metric: Metric;
  /** Whether the values under the pointer are listed for each curve; otherwise those of the nearest one. */
  hasLegend: boolean;
  /** Is told to which steps somebody has zoomed; undefined: to all. */
  onZoom: (range: StepRange | undefined) => void;
}

const HEIGHT = 300;
const NARROW = 480;

/** Curves over the steps, which are drawn again when they have grown. */
export class CurveChart {
  readonly node: HTMLElement;
  readonly #options: ChartOptions;
  readonly #plane = element('div', { class: 'plane', tabindex: '0', role: 'img' });
  readonly #note = element('p', { class: 'note' });
  readonly #readout = element('p', { class: 'note', role: 'status' });
  #content: ChartContent = { curves: [], marks: [] };
  #plot: uPlot | undefined;
  #shape = '';
  #zoom: StepRange | undefined;
  #isLog = false;
  #showsAll = false;
  #range: AxisRange | undefined;
  #isDue = false;

  constructor(options: ChartOptions) {
    this.#options = options;
    const heading = element('h2', {}, options.title);
    const reset = element('button', { type: 'button' }, 'whole range');
    reset.addEventListener('click', () => options.onZoom(undefined));
    this.node = element(
      'section',
      { class: 'chart', 'aria-label': options.title },
      element('div', { class: 'chart-head' }, heading, ...this.#controls(), reset),
      this.#plane,
      ...(options.hasLegend ? [] : [this.#readout]),
      this.#note,
    );
    this.#plane.addEventListener('keydown', (event) => this.#onKey(event));
    new ResizeObserver(() => this.#resize()).observe(this.#plane);
  }

  /** Shows these curves from the next frame on. */
  show(content: ChartContent): void {
    this.#content = content;
    this.#due();
  }

  /** Shows these steps; undefined: all. */
  zoomTo(range: StepRange | undefined): void {
    this.#zoom = range;
    this.#due();
  }

  /** Draws anew, as after a change of colours. */
  restyle(): void {
    this.#shape = '';
    this.#due();
  }

  /** Brings one curve to the front; undefined leaves all alike. */
  focus(index: number | undefined): void {
    this.#plot?.setSeries(index === undefined ? null : index + 1, { focus: index !== undefined }, false);
  }

  #controls(): HTMLElement[] {
    if (this.#options.metric !== 'loss') return [];
    return [
      this.#switch('log scale', (isOn) => {
        this.#isLog = isOn;
      }),
      this.#switch('all values', (isOn) => {
        this.#showsAll = isOn;
      }),
    ];
  }

  #switch(text: string, turn: (isOn: boolean) => void): HTMLElement {
    const box = element('input', { type: 'checkbox' });
    box.addEventListener('change', () => {
      turn(box.checked);
      this.restyle();
    });
    return element('label', {}, box, ` ${text}`);
  }

  #due(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { curves } = this.#content;
    const data = alignedData(curves);
    const shape = JSON.stringify(curves.map(({ label, colour, isMarked }) => [label, colour, isMarked]));
    this.#range = this.#rangeOf();
    if (this.#plot === undefined || shape !== this.#shape) {
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#plotOptions(), data, this.#plane);
      this.#shape = shape;
    } else this.#plot.setData(data);
    this.#describe();
  }

  #rangeOf(): AxisRange | undefined {
    const [from, to] = this.#zoom ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const values = this.#content.curves.flatMap(({ step, value }) =>
      value.filter((_, i) => step[i]! >= from && step[i]! <= to),
    );
    const isLoss = this.#options.metric === 'loss';
    return axisRange(values, {
      isLog: this.#isLog,
      showsAll: this.#showsAll || !isLoss,
      ...(isLoss ? {} : { most: 1 }),
    });
  }

  #plotOptions(): uPlot.Options {
    const { metric, hasLegend } = this.#options;
    const { curves } = this.#content;
    const [ink, grid] = [styleColour('ink'), styleColour('grid')];
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const text = (value: number | null) => metricText(metric, value ?? undefined);
    return {
      ...this.#size(),
      cursor: { drag: { x: true, y: false, setScale: false }, focus: { prox: hasLegend ? -1 : 24 } },
      focus: { alpha: 0.15 },
      legend: { show: hasLegend },
      scales: {
        x: { time: false, range: (_, low, high) => [...(this.#zoom ?? this.#steps(low, high))] as [number, number] },
        y: {
          distr: this.#isLog ? 3 : 1,
          range: () => (this.#range === undefined ? [0, 1] : [this.#range.low, this.#range.high]),
        },
      },
      axes: [
        { ...axis, values: (_, splits) => splits.map((step) => (Number.isInteger(step) ? count(step) : '')) },
        {
          ...axis,
          size: 64,
          values: (_, splits) => splits.map((value) => (value === null ? '' : tickText(metric, value))),
        },
      ],
      series: [
        { label: 'step', value: (_, step) => (step === null ? '–' : count(Math.round(step))) },
        ...curves.map(({ label, colour, isMarked }) => ({
          label,
          stroke: colour,
          width: isMarked ? 2 : 1.25,
          spanGaps: true,
          points: { show: isMarked, size: 5, fill: colour },
          value: (_: uPlot, value: number | null) => text(value),
        })),
      ],
      hooks: {
        setSelect: [(plot) => this.#select(plot)],
        drawClear: [(plot) => this.#drawExtents(plot)],
        draw: [(plot) => this.#drawMarks(plot)],
        setCursor: [(plot) => this.#read(plot)],
        setSeries: [(plot) => this.#read(plot)],
        ready: [(plot) => plot.over.addEventListener('dblclick', () => this.#options.onZoom(undefined))],
      },
    };
  }

  /** Returns the first and the last step at which the chart shows something. */
  #steps(low: number | null, high: number | null): [number, number] {
    if (low === null || high === null) return [0, 1];
    const last = Math.max(high, ...this.#content.marks.map(({ step }) => step));
    return low === last ? [low - 1, last + 1] : [low, last];
  }

  #size(): { width: number; height: number } {
    const width = Math.max(160, this.#plane.clientWidth);
    return { width, height: width < NARROW ? 220 : HEIGHT };
  }

  #resize(): void {
    if (this.#plot !== undefined && this.#plot.width !== this.#size().width) this.#plot.setSize(this.#size());
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width <= 4) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#options.onZoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  }

  /** Zooms around the cursor. @param factor by which the range becomes wider. */
  #zoomBy(plot: uPlot, factor: number): void {
    const { min, max } = plot.scales.x!;
    const steps = plot.data[0]!;
    const [first, last] = this.#steps(steps[0] ?? null, steps.at(-1) ?? null);
    const middle = steps[plot.cursor.idx ?? -1] ?? (min! + max!) / 2;
    const half = ((max! - min!) * factor) / 2;
    const [low, high] = [Math.max(first, middle - half), Math.min(last, middle + half)];
    this.#options.onZoom(low <= first && high >= last ? undefined : [low, high]);
  }

  /** Arrows move the cursor from point to point, + and - zoom around it, Escape shows the whole range again. */
  #onKey(event: KeyboardEvent): void {
    const plot = this.#plot;
    if (plot === undefined) return;
    if (event.key === 'Escape') this.#options.onZoom(undefined);
    if (event.key === '+') this.#zoomBy(plot, 0.5);
    if (event.key === '-') this.#zoomBy(plot, 2);
    const far = Number.MAX_SAFE_INTEGER;
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: -far, End: far }[event.key];
    const steps = plot.data[0]!;
    if (by === undefined || steps.length === 0) return;
    event.preventDefault();
    const [first, last] = plot.series[0]!.idxs ?? [0, steps.length - 1];
    const index = Math.min(last, Math.max(first, (plot.cursor.idx ?? last) + by));
    plot.setCursor({ left: plot.valToPos(steps[index]!, 'x'), top: plot.over.clientHeight / 2 });
  }

  /** Draws the lowest and highest values, as shades behind the curves. */
  #drawExtents(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { step, extent, colour } of this.#content.curves) {
      if (extent === undefined) continue;
      const [bottom, top] = [plot.scales.y!.min!, plot.scales.y!.max!];
      const held = (value: number) => Math.min(top, Math.max(bottom, value));
      const to = (i: number, values: readonly number[]) =>
        ctx.lineTo(plot.valToPos(step[i]!, 'x', true), plot.valToPos(held(values[i]!), 'y', true));
      ctx.beginPath();
      for (let i = 0; i < step.length; i++) to(i, extent.high);
      for (let i = step.length - 1; i >= 0; i--) to(i, extent.low);
      ctx.closePath();
      ctx.globalAlpha = 0.18;
      ctx.fillStyle = colour;
      ctx.fill();
    }
    ctx.restore();
  }

  /** Steps with something to say. */
  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.strokeStyle = ctx.fillStyle = styleColour('muted');
    ctx.font = `${11 * ratio}px sans-serif`;
    for (const { step, text } of this.#content.marks) {
      const x = Math.round(plot.valToPos(step, 'x', true));
      ctx.setLineDash([4 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const isRight = x > bbox.left + bbox.width / 2;
      ctx.textAlign = isRight ? 'right' : 'left';
      ctx.fillText(text, x + (isRight ? -4 : 4) * ratio, bbox.top + 12 * ratio);
    }
    ctx.restore();
    this.#drawArrows(plot);
  }

  /** Arrows where a curve leaves the axis. */
  #drawArrows({ ctx, bbox, scales, valToPos }: uPlot): void {
    const size = 5 * devicePixelRatio;
    const [low, high] = [scales.y!.min!, scales.y!.max!];
    ctx.save();
    for (const { step, value, colour } of this.#content.curves) {
      ctx.fillStyle = colour;
      value.forEach((one, i) => {
        if (one > high) arrow(ctx, valToPos(step[i]!, 'x', true), bbox.top, size);
        if (one < low) arrow(ctx, valToPos(step[i]!, 'x', true), bbox.top + bbox.height, -size);
      });
    }
    ctx.restore();
  }

  /** Says which curve is nearest to the pointer. */
  #read(plot: uPlot): void {
    if (this.#options.hasLegend) return;
    const focused = (plot.series as (uPlot.Series & { _focus?: boolean | null })[]).findIndex(
      (series, i) => i > 0 && series._focus === true,
    );
    const index = focused > 0 ? plot.cursor.idxs?.[focused] : undefined;
    const curve = this.#content.curves[focused - 1];
    const isNear = curve !== undefined && index !== null && index !== undefined;
    setText(this.#readout, isNear ? this.#nearest(plot, focused, index, curve.label) : '\u00a0');
  }

  #nearest(plot: uPlot, focused: number, index: number, label: string): string {
    const value = plot.data[focused]![index];
    const step = Math.round(plot.data[0]![index]!);
    return `${label}: ${metricText(this.#options.metric, value ?? undefined)} at step ${count(step)}`;
  }

  #describe(): void {
    const { metric, title } = this.#options;
    const { curves } = this.#content;
    const latest = curves
      .filter(({ value }) => value.length > 0)
      .slice(0, 12)
      .map(
        ({ label, step, value }) => `${label} ${metricText(metric, value.at(-1))} at step ${Math.round(step.at(-1)!)}`,
      );
    this.#plane.setAttribute('aria-label', `${title}: ${latest.join(', ') || 'nothing yet'}`);
    setText(this.#note, (this.#range && cutNote(this.#range)) ?? '');
  }
}

function alignedData(curves: readonly ChartCurve[]): uPlot.AlignedData {
  if (curves.length === 0) return [[]];
  return uPlot.join(curves.map(({ step, value }) => [[...step], [...value]]));
}

function tickText(metric: Metric, value: number): string {
  return metric === 'loss' ? String(Number(value.toPrecision(4))) : `${Number((100 * value).toPrecision(4))} %`;
}

function arrow(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - size, y + size);
  ctx.lineTo(x + size, y + size);
  ctx.closePath();
  ctx.fill();
}
