import type { Mark } from 'vega';
import type { LineStyle } from './line-style.js';
import { INK } from './palette.js';

/** A rectangle of a picture, in px. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const POINT_AREA = 34;

/** Returns Vega's encoding of a {@link Box}. */
export function boxEncoding({ x, y, width, height }: Box) {
  return { x: { value: x }, y: { value: y }, width: { value: width }, height: { value: height } };
}

/** Returns Vega's encoding of a line's look. */
export function strokeEncoding({ colour, opacity, width, dash }: LineStyle) {
  return {
    stroke: { value: colour },
    strokeWidth: { value: width },
    strokeOpacity: { value: opacity },
    strokeCap: { value: 'round' as const },
    strokeJoin: { value: 'round' as const },
    ...(dash.length > 0 && { strokeDash: { value: [...dash] } }),
  };
}

/** Returns Vega's encoding of a line's points. */
export function pointEncoding({ colour, opacity, shape = 'circle' }: LineStyle) {
  return {
    shape: { value: shape },
    size: { value: POINT_AREA },
    fill: { value: colour },
    fillOpacity: { value: opacity },
  };
}

/** How a text mark differs from 12 px regular ink. */
export interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly bold?: boolean;
  readonly align?: 'left' | 'center';
  /** Degrees, clockwise. */
  readonly angle?: number;
}

/**
 * Returns one line of text, vertically centred on y. The text travels as data: as a constant of the specification, Vega
 * would look it up as a property name (`valueOf` breaks it).
 */
export function textMark(name: string, text: string, x: number, y: number, style: TextStyle = {}): Mark {
  const { size = 12, fill = INK, bold = false, align = 'left', angle = 0 } = style;
  const data = `${name}-data`;
  const line: Mark = {
    type: 'text',
    name,
    aria: false,
    from: { data },
    encode: {
      update: {
        x: { value: x },
        y: { value: y },
        align: { value: align },
        baseline: { value: 'middle' },
        angle: { value: angle },
        text: { field: 'text' },
        fontSize: { value: size },
        fill: { value: fill },
        ...(bold && { fontWeight: { value: 'bold' as const } }),
      },
    },
  };
  return { type: 'group', aria: false, data: [{ name: data, values: [{ text }] }], marks: [line] };
}
