import { beforeAll, beforeEach, describe } from 'vitest';
import { succeed } from './run.js';
import { type FetchedTool, fetchTool, type Tool } from './tools.js';

/**
 * Defines tests with a tool, skipped with the reason if it cannot be fetched.
 *
 * @param define is given how to use it: in a folder, with arguments; what it prints is returned.
 */
export function withTool(
  name: Tool,
  environment: Record<string, string>,
  define: (use: (room: string, ...args: string[]) => Promise<string>) => void,
): void {
  describe(`with ${name}`, () => {
    let tool: FetchedTool;
    beforeAll(async () => {
      tool = await fetchTool(name);
    });
    const use = async (room: string, ...args: string[]) => {
      const { stdout, stderr } = await succeed([...tool.command!, ...args], room, environment);
      return stdout + stderr;
    };
    describe('', () => {
      beforeEach(({ skip }) => skip(tool.reason !== undefined, tool.reason));
      define(use);
    });
  });
}
