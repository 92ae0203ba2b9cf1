import { definePackage } from '../../tsup.shared.ts';

export default definePackage({ index: 'src/index.ts', records: 'src/records.ts', report: 'src/report.ts' });
