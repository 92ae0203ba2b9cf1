/** Colours of Okabe and Ito (2008), lighter ones in the dark. */
const light = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#B07900', '#2F8FC4'];
const dark = ['#4FA8E0', '#FF8A3D', '#35C79B', '#E39BC4', '#E6B340', '#7CC7F2'];

const darkness = matchMedia('(prefers-color-scheme: dark)');

/** Returns whether the page is dark now. */
function isDark(): boolean {
  return darkness.matches;
}

/** Calls back when that changes. */
export function onDarkChange(changed: () => void): void {
  darkness.addEventListener('change', changed);
}

/** Returns the colour of the i-th of some curves. */
export function curveColour(index: number, total: number): string {
  const colours = isDark() ? dark : light;
  if (total <= colours.length) return colours[index]!;
  // Hues by the golden angle: neighbours differ, however many there are.
  return `hsl(${Math.round((index * 137.508) % 360)} 70% ${isDark() ? 65 : 38}%)`;
}

/** Returns a colour of the page's style sheet. */
export function styleColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
