import { describe, expect, it } from 'vitest';
import { indexRanges } from './index-ranges.js';
import { isHeld, isLive, isRunning, parseQueue } from './queue.js';

const text = `CLUSTER: lab
12_0|RUNNING|node1|None
12_1|PENDING||Resources
12_2|PENDING||launch failed requeued held
12_3|TIMEOUT|node2|TimeLimit
12_4|COMPLETED|node2|None
 12_5|PENDING||Nodes required for job are DOWN, DRAINED or reserved|odd
13|RUNNING|node1|None
12_6|CANCELLED
`;

describe('what squeue prints', () => {
  const tasks = parseQueue(text);

  it('is read line by line; lines of another form are left out', () => {
    expect([...tasks.keys()]).toEqual(['12_0', '12_1', '12_2', '12_3', '12_4', '12_5']);
    expect(tasks.get('12_0')).toEqual({ state: 'RUNNING', node: 'node1', reason: 'None' });
    expect(tasks.get('12_5')!.reason).toBe('Nodes required for job are DOWN, DRAINED or reserved|odd');
    expect(parseQueue('').size).toBe(0);
  });

  it('tells tasks that run, wait, are held, and have ended', () => {
    const names = (holds: (entry: NonNullable<ReturnType<typeof tasks.get>>) => boolean) =>
      [...tasks].filter(([, entry]) => holds(entry)).map(([name]) => name);
    expect(names(isLive)).toEqual(['12_0', '12_1', '12_2', '12_5']);
    expect(names(isRunning)).toEqual(['12_0']);
    expect(names(isHeld)).toEqual(['12_2']);
    expect([isLive(undefined), isRunning(undefined), isHeld(undefined)]).toEqual([false, false, false]);
  });
});

it.each([
  [[], ''],
  [[3], '3'],
  [[0, 1, 2, 5, 7, 8], '0-2,5,7-8'],
])('%j as ranges is %j', (numbers, ranges) => expect(indexRanges(numbers)).toBe(ranges));
