// @ts-check

const COLUMNS = 76;
const ROWS = 16;
const LINE = 20;
const CHARACTER = 8.4;
const MARGIN = 14;
/** Seconds: a recording is played faster, and its end stays. */
const PLAYED = 12;
const END = 4;

/**
 * Returns a moving picture of a terminal.
 *
 * @param {string} cast a recording in asciicast's format, version 2: a header and `[seconds, 'o', text]`, one a line
 * @returns {string} SVG that plays without scripts
 */
export function terminalSvg(cast) {
  const [header, ...events] = cast
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const frames = [{ time: 0, lines: [`$ ${header.command}`] }, ...framesOf(header.command, events)];
  const last = frames.at(-1)?.time ?? 0;
  const total = PLAYED + END;
  const width = COLUMNS * CHARACTER + 2 * MARGIN;
  const height = ROWS * LINE + 2 * MARGIN;
  const steps = new Map(
    frames.map(({ time }, index) => [((100 * PLAYED * time) / last / total).toFixed(2), -index * height]),
  );
  const keyframes = [...steps].map(([percent, y]) => `${percent}%{transform:translateY(${y}px)}`);
  const drawn = frames.map(({ lines }, frame) =>
    lines
      .slice(-ROWS)
      .map((text, row) => line(text, frame * height + MARGIN + LINE * (row + 0.75)))
      .join(''),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(header.command)}</title>
<style>
text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d8dee9;white-space:pre}
.c{fill:#8fbcbb}.e{fill:#ebcb8b}
.f{animation:p ${total}s step-end infinite}
@keyframes p{${keyframes.join('')}100%{transform:translateY(${-(frames.length - 1) * height}px)}}
@media (prefers-reduced-motion:reduce){.f{animation:none;transform:translateY(${-(frames.length - 1) * height}px)}}
</style>
<rect width="100%" height="100%" rx="8" fill="#2e3440"/>
<g class="f">${drawn.join('\n')}</g>
</svg>
`;
}

/**
 * Returns what the screen shows after each piece of output.
 *
 * @param {string} command
 * @param {[number, string, string][]} events
 */
function framesOf(command, events) {
  const lines = [`$ ${command}`, ''];
  return events.map(([time, , text]) => {
    // The program uses these two sequences only: to the line before, and clear from there.
    for (const piece of text.replaceAll('\u001b[1F\u001b[0J', '\b').split(/([\b]|\r?\n)/)) {
      if (piece === '\b') lines.splice(-2, 2, '');
      else if (piece.endsWith('\n')) lines.push('');
      else lines[lines.length - 1] += piece;
    }
    return { time, lines: lines.filter((shown, index) => shown !== '' || index < lines.length - 1) };
  });
}

/** @param {string} text @param {number} y */
function line(text, y) {
  const kind = text.startsWith('$') ? ' class="c"' : / test loss /.test(text) ? ' class="e"' : '';
  return `<text x="${MARGIN}" y="${Number(y.toFixed(1))}"${kind}>${escaped(text.slice(0, COLUMNS))}</text>`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
