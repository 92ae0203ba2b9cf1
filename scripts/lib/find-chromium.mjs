import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Chromium or Chrome: the one that `CIFARLAB_CHROMIUM` names, or one in a usual place. */
export const CHROMIUM = process.env.CIFARLAB_CHROMIUM || PLACES.find((path) => existsSync(path));

export const NO_CHROMIUM = 'no Chromium was found on this machine (CIFARLAB_CHROMIUM names one)';

/** Quiet, without anything that would use the network, and with WebGL on the CPU. */
export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
