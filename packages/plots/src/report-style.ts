import { FONT_FAMILY } from './palette.js';

/** Style sheet of the report. In dark mode the ink, grid and paper of the charts change, their colours stay. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #222; --muted: #555; --line: #ddd; --grid: #e3e3e3; --paper: #fff; --shade: #f5f6f8; --bar: #cfe3f2; --right: #006b4e; --wrong: #a84300; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --muted: #adadad; --line: #3d4046; --grid: #3a3d42; --paper: #17191c; --shade: #22252a; --bar: #23435a; --right: #4fc79c; --wrong: #ff9a52; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 ${FONT_FAMILY}; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
h3, h4, h5, h6 { font-size: .95rem; margin: 1.75rem 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; }
h4 { font-size: 1rem; }
details { border: 1px solid var(--line); border-radius: 4px; margin: 1rem 0; padding: 0 1rem; }
details[open] { padding-bottom: .5rem; }
summary { cursor: pointer; padding: .6rem 0; }
summary > * { display: inline; margin: 0; }
p { max-width: 46rem; white-space: pre-line; overflow-wrap: anywhere; }
.subtitle, figcaption, caption { color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; margin: 1rem 0; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
.settings td { overflow-wrap: anywhere; }
thead th { background: var(--shade); }
tbody th { font-weight: normal; color: var(--muted); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; overflow-x: auto; }
figcaption { font-size: .9rem; max-width: 46rem; }
.images { display: flex; flex-wrap: wrap; gap: .9rem; list-style: none; margin: 0; padding: .25rem .25rem .5rem; }
.images li { display: flex; flex-direction: column; width: max(var(--size), 1rem); font-size: .75rem; line-height: 1.45; overflow-wrap: anywhere; }
.images li:has(.share) { width: max(var(--size), 8rem); }
.images img { display: block; image-rendering: pixelated; margin-bottom: .25rem; }
.images .is-wrong img { outline: 2px dashed var(--wrong); outline-offset: 1px; }
.images .right { color: var(--right); font-weight: bold; }
.images .wrong { color: var(--wrong); font-weight: bold; }
.images .caption { color: var(--muted); }
.share { display: flex; justify-content: space-between; gap: .4rem; margin-top: 2px; padding: 0 .25rem; background: linear-gradient(to right, var(--bar) var(--share), var(--shade) var(--share)); }
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
