import { type Io, printNote } from './io.js';

/** Opens a page in the browser that this machine uses for pages. Where there is none, the address alone has to do. */
export async function openInBrowser(address: string, io: Io): Promise<void> {
  const fail = ({ message }: Error) => printNote(io, `warning: no browser could be opened: ${message}`);
  try {
    const { default: open } = await import('open');
    (await open(address)).on('error', fail);
  } catch (error) {
    fail(error as Error);
  }
}
