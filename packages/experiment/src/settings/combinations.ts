import { scheduleLength, shortestCycle } from './schedule.js';
import { named, sentence } from './sentence.js';
import type { SettingFault } from './setting-error.js';
import type { AllSettings, SettingName } from './table.js';

/** A rule about several settings, which concerns every network that has them all. */
interface Combination<Name extends SettingName> {
  readonly about: readonly Name[];
  /** Returns the fault; undefined where there is none. */
  faultOf(settings: Pick<AllSettings, Name>): SettingFault | undefined;
}

function combination<Name extends SettingName>(
  about: readonly Name[],
  faultOf: (settings: Pick<AllSettings, Name>) => SettingFault | undefined,
): Combination<SettingName> {
  return { about, faultOf: faultOf as Combination<SettingName>['faultOf'] };
}

/** Whether an optimizer takes a momentum. */
const hasMomentum = (optimizer: AllSettings['optimizer']) => optimizer === 'sgd' || optimizer === 'muon';

const combinations: readonly Combination<SettingName>[] = [
  combination(['negativeSlope', 'activation'], ({ negativeSlope, activation }) =>
    negativeSlope === null || activation === 'leaky-relu'
      ? undefined
      : {
          setting: 'negativeSlope',
          value: negativeSlope,
          rule: sentence`has no meaning for ${named('activation', activation)}`,
          remedy: sentence`leave it out or use ${named('activation', 'leaky-relu')}`,
        },
  ),
  combination(['momentum', 'optimizer'], ({ momentum, optimizer }) =>
    momentum === 0 || hasMomentum(optimizer)
      ? undefined
      : {
          setting: 'momentum',
          value: momentum,
          rule: sentence`has no meaning for ${named('optimizer', optimizer)}`,
          remedy: sentence`leave it out or use ${named('optimizer', 'sgd')}`,
        },
  ),
  combination(['nesterov', 'momentum', 'optimizer'], ({ nesterov, momentum, optimizer }) =>
    !nesterov || (hasMomentum(optimizer) && momentum > 0)
      ? undefined
      : {
          setting: 'nesterov',
          value: nesterov,
          rule: sentence`needs ${named('optimizer', 'sgd')} with a ${named('momentum')}, 0.9 for example`,
          remedy: 'leave it out, or add what it needs',
        },
  ),
  combination(['sgdLearningRate', 'optimizer'], ({ sgdLearningRate, optimizer }) =>
    sgdLearningRate === null || optimizer === 'muon'
      ? undefined
      : {
          setting: 'sgdLearningRate',
          value: sgdLearningRate,
          rule: sentence`has no meaning for ${named('optimizer', optimizer)}`,
          remedy: sentence`leave it out or use ${named('optimizer', 'muon')}`,
        },
  ),
  combination(['alternateFlip', 'flip', 'batchOrder'], ({ alternateFlip, flip, batchOrder }) =>
    !alternateFlip || !flip || batchOrder === 'epoch'
      ? undefined
      : {
          setting: 'alternateFlip',
          value: alternateFlip,
          rule: sentence`needs ${named('batchOrder', 'epoch')}, in which every epoch has every image once`,
          remedy: sentence`turn it off, or use ${named('batchOrder', 'epoch')}`,
        },
  ),
  combination(['accumulate', 'batchSize'], ({ accumulate, batchSize }) =>
    accumulate <= batchSize
      ? undefined
      : {
          setting: 'accumulate',
          value: accumulate,
          rule: sentence`is more than ${named('batchSize', batchSize)}`,
          remedy: 'use a smaller one',
        },
  ),
  combination(['earlyStopping', 'validationSize'], ({ earlyStopping, validationSize }) =>
    earlyStopping === null || validationSize > 0
      ? undefined
      : {
          setting: 'earlyStopping',
          value: earlyStopping,
          rule: 'needs validation images to watch',
          remedy: sentence`add ${named('validationSize')}, 5000 for example`,
        },
  ),
  combination(['scheduleSteps', 'schedule'], ({ scheduleSteps, schedule }) =>
    scheduleSteps === null || schedule !== 'constant'
      ? undefined
      : {
          setting: 'scheduleSteps',
          value: scheduleSteps,
          rule: sentence`has no effect on ${named('schedule', schedule)}`,
          remedy: 'leave it out, or choose another schedule',
        },
  ),
  combination(['warmupSteps', 'scheduleSteps', 'maxSteps'], (settings) =>
    settings.warmupSteps <= scheduleLength(settings)
      ? undefined
      : {
          setting: 'warmupSteps',
          value: settings.warmupSteps,
          rule: sentence`is more than ${span(settings)}`,
          remedy: 'warm up for fewer steps',
        },
  ),
  combination(['schedule', 'warmupSteps'], ({ schedule, warmupSteps }) =>
    schedule !== 'one-cycle' || warmupSteps === 0
      ? undefined
      : {
          setting: 'schedule',
          value: schedule,
          rule: 'has a warm-up of its own',
          remedy: sentence`leave out ${named('warmupSteps', warmupSteps)}`,
        },
  ),
  combination(['schedule', 'scheduleSteps', 'maxSteps'], (settings) =>
    settings.schedule !== 'one-cycle' || scheduleLength(settings) >= shortestCycle
      ? undefined
      : {
          setting: 'schedule',
          value: settings.schedule,
          rule: sentence`cannot rise and fall in ${span(settings)}`,
          remedy: `train for ${shortestCycle} steps at least`,
        },
  ),
];

/** Names the setting that says how many steps the schedule spans. */
function span(settings: Pick<AllSettings, 'scheduleSteps' | 'maxSteps'>) {
  return named(settings.scheduleSteps === null ? 'maxSteps' : 'scheduleSteps', scheduleLength(settings));
}

/** Returns the first thing that is wrong with how settings go together, undefined where nothing is. */
export function faultOfCombinations(settings: Partial<AllSettings>): SettingFault | undefined {
  for (const { about, faultOf } of combinations) {
    if (!about.every((name) => Object.hasOwn(settings, name))) continue;
    const fault = faultOf(settings as AllSettings);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
