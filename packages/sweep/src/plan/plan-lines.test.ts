import { expect, it } from 'vitest';
import { planSweep } from './plan.js';
import { describePlan, planLines, taskLines } from './plan-lines.js';

const plan = planSweep({
  model: 'mlp',
  settings: { 'validation-size': 100, 'dnn-hidden-units': '' },
  grid: { flip: [true, false] },
  seeds: [1, 2],
});
const [flip, noFlip] = plan.configurations.map(({ id }) => id);

it('says how many trials there are, how they share the cores, and what each configuration is', () => {
  expect(planLines(plan, { jobs: 2, threads: 1 })).toEqual([
    '4 trials, 2 at a time with 1 thread each; seeds 1, 2',
    `${flip}  flip`,
    '            train mlp --validation-size=100 --dnn-hidden-units= --flip',
    '            tasks 0, 2',
    `${noFlip}  no flip`,
    '            train mlp --validation-size=100 --dnn-hidden-units= --no-flip',
    '            tasks 1, 3',
  ]);
  expect(planLines(plan, { jobs: 1, threads: 4 })[0]).toBe('4 trials, 1 at a time with 4 threads each; seeds 1, 2');
});

it('says what one task trains', () => {
  expect(taskLines(plan, 3)).toEqual([
    `task 3: ${noFlip}  no flip, seed 2`,
    '            train mlp --validation-size=100 --dnn-hidden-units= --no-flip --seed=2',
  ]);
});

it('says the same as plain JSON', () => {
  const description = describePlan(plan, { jobs: 2, threads: 3 });
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  expect(description).toMatchObject({ seeds: [1, 2], jobs: 2, threads: 3 });
  expect(description.configurations).toHaveLength(2);
  expect(description.tasks.map(({ task, name, seed }) => [task, name, seed])).toEqual([
    [0, 'flip', 1],
    [1, 'no flip', 1],
    [2, 'flip', 2],
    [3, 'no flip', 2],
  ]);
  expect(description.configurations[0]).toEqual({
    ...{ id: flip, name: 'flip', model: 'mlp', flags: ['--validation-size=100', '--dnn-hidden-units=', '--flip'] },
    settings: expect.objectContaining({ flip: true, validationSize: 100, backend: 'auto' }),
  });
});
