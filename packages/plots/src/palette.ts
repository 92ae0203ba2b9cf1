/**
 * The colours of Okabe and Ito (Color Universal Design, 2008), which people with any common colour blindness can tell
 * apart, darkest first. Black is the ink's and yellow is unreadable as a line on white, so both are left out.
 */
export const SERIES_COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'] as const;

export const INK = '#222222';
export const MUTED_INK = '#555555';
export const GRID = '#E3E3E3';
export const PAPER = '#FFFFFF';

/** Fonts of about the same widths first, since labels are laid out by those of DejaVu Sans. */
export const FONT_FAMILY = 'DejaVu Sans, Verdana, Geneva, sans-serif';
