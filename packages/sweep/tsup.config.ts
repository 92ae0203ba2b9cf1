import { definePackage } from '../../tsup.shared.ts';

export default definePackage({
  index: 'src/index.ts',
  processes: 'src/processes.ts',
  slurm: 'src/slurm.ts',
  'trial-process': 'src/trial-process.ts',
});
