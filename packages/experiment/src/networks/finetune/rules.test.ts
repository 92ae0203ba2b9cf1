import { describe, expect, it } from 'vitest';
import type { GivenSettings } from '../../settings/network-settings.js';
import { settingsOf } from '../../settings/settings-of.js';
import { finetune } from './finetune.js';

const settings = (given: GivenSettings<typeof finetune> = {}) => settingsOf(finetune, given);

describe('the settings of fine-tuning', () => {
  it('are those of the recipe when nothing is said', () => {
    expect(settings()).toMatchObject({
      ...{ architecture: 'efficientnet-lite0', weights: 'efficientnet-lite0', resolution: 96, freezeStages: 4 },
      ...{ batchNorm: 'frozen', optimizer: 'adamw', learningRate: 1e-3, headLearningRate: 5e-3, flip: true },
      ...{ schedule: 'one-cycle', batchSize: 64, batchOrder: 'epoch' },
    });
    expect(settings()).not.toHaveProperty('standardize');
  });

  it('take the weights of the architecture', () => {
    expect(settings({ architecture: 'efficientnet-lite2' }).weights).toBe('efficientnet-lite2');
    expect(settings({ architecture: 'efficientnet-lite2', weights: 'mine.pth' }).weights).toBe('mine.pth');
  });

  it('train everything where there are no pretrained weights', () => {
    expect(settings({ weights: 'none' })).toMatchObject({ freezeStages: 0, batchNorm: 'training' });
    expect(settings({ architecture: 'resnet18', weights: 'none' }).freezeStages).toBe(0);
  });

  it.each<[GivenSettings<typeof finetune>, string]>([
    [{ architecture: 'resnet18' }, 'weights unset must be given for architecture resnet18'],
    [{ weights: ' ' }, 'weights   must be the name of pretrained weights'],
    [{ resolution: 100 }, 'resolution 100 must be a multiple of 32 from 32 to 1024'],
    [{ resolution: 2048 }, 'resolution 2048 must be a multiple of 32'],
    [{ resolution: 64, startResolution: 96 }, 'startResolution 96 is more than resolution 64'],
    [{ freezeStages: 10 }, 'freezeStages 10 is more than the 9 stages of architecture efficientnet-lite0'],
    [{ architecture: 'resnet18', weights: 'a.pth', freezeStages: 6 }, 'is more than the 5 stages'],
    [
      { weights: 'none', headOnly: true },
      'headOnly true needs pretrained weights, but there are none with weights none',
    ],
    [{ weights: 'none', freezeStages: 1 }, 'freezeStages 1 needs pretrained weights'],
    [{ weights: 'none', batchNorm: 'frozen' }, 'batchNorm frozen needs pretrained weights'],
    [{ headOnly: true, crop: 4 }, 'crop 4 has no effect with headOnly'],
    [{ headOnly: true, startResolution: 64 }, 'startResolution 64 has no effect with headOnly'],
    [{ headOnly: true, dropout: 0.1 }, 'dropout 0.1 has no effect with headOnly'],
  ])('refuse %j', (given, message) => {
    expect(() => settings(given)).toThrow(message);
  });

  it('need two images in a batch for statistics of the batch alone', () => {
    expect(finetune.smallestBatch(settings())).toBe(1);
    expect(finetune.smallestBatch(settings({ batchNorm: 'training' }))).toBe(2);
  });
});
