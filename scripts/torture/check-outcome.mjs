/** Exit codes that the command line documents: done, failed, wrong usage, and ended by a signal. */
const DOCUMENTED = [0, 1, 2, 129, 130, 131, 140, 143];

const STACK = /^\s+at .*(:\d+:\d+\)?|<anonymous>\)?)$/m;
const ABORT = /FATAL ERROR|Segmentation fault|core dumped|#\s+Fatal error|Maximum call stack size|heap out of memory/;

/**
 * Returns what is wrong with the end of a command, whatever it was given.
 *
 * @param {import('./run-command.mjs').Outcome} outcome
 * @param {{ codes?: number[] }} [expected] the exit codes that are right here.
 * @returns {string[]}
 */
export function checkOutcome({ code, signal, stdout, stderr, late }, { codes = DOCUMENTED } = {}) {
  if (late) return ['it hangs'];
  const wrong = [];
  if (signal !== null) wrong.push(`a signal ended it: ${signal}`);
  else if (!codes.includes(code)) wrong.push(`exit code ${code} instead of ${codes.join(' or ')}: ${lastLine(stderr)}`);
  for (const text of [stdout, stderr]) {
    const abort = ABORT.exec(text) ?? STACK.exec(text);
    if (abort) wrong.push(`stack trace or crash: ${abort[0].trim()}`);
  }
  if (/Cannot read propert|is not iterable|is not a function/.test(stderr)) {
    wrong.push(`an error of the program's own: ${lastLine(stderr)}`);
  }
  if (code === 0 && /\bundefined\b|\bNaN\b|\[object /.test(stdout)) wrong.push('success that prints undefined or NaN');
  return wrong;
}

function lastLine(text) {
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
