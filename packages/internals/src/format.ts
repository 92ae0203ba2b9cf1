/** Formats seconds as a person reads them: `4.2 s`, `1 min 05 s`, `2 h 03 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Formats a fraction as a percentage with one decimal: `48.4 %`. */
export function formatPercent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** Formats a size in memory: `700 MiB`, `1.25 GiB`. */
export function formatBytes(bytes: number): string {
  const size = bytes / 2 ** 30;
  return size < 1 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${size.toFixed(2)} GiB`;
}
