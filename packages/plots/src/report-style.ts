import { FONT_FAMILY } from './palette.js';

/** Style sheet of the report. In dark mode the ink, grid and paper of the charts change, their colours stay. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #222; --muted: #555; --line: #ddd; --grid: #e3e3e3; --paper: #fff; --shade: #f5f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --muted: #adadad; --line: #3d4046; --grid: #3a3d42; --paper: #17191c; --shade: #22252a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 ${FONT_FAMILY}; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
p { max-width: 46rem; white-space: pre-line; overflow-wrap: anywhere; }
.subtitle, figcaption, caption { color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; margin: 1rem 0; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { background: var(--shade); }
tbody th { font-weight: normal; color: var(--muted); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; overflow-x: auto; }
figcaption { font-size: .9rem; max-width: 46rem; }
svg { display: block; max-width: 100%; height: auto; }
svg .paper { fill: var(--paper); }
svg > text, svg g:not(.cell-count):not(.cell-share) > text { fill: var(--ink); }
svg .role-axis-grid line { stroke: var(--grid); }
svg .role-axis-domain line, svg .role-axis-tick line { stroke: var(--ink); }
@media (prefers-color-scheme: dark) {
  svg [stroke="#0072B2"] { stroke: #3d95d0; }
  svg [fill="#0072B2"] { fill: #3d95d0; }
  svg [stroke-opacity="0.3"] { stroke-opacity: .5; }
}
@media (max-width: 44rem) { svg { max-width: none; } }
@media print { body { max-width: none; padding: 0; } h2 { break-after: avoid; } figure, table { break-inside: avoid; } }
`;
