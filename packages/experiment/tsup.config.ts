import { definePackage } from '../../tsup.shared.ts';

export default definePackage({
  index: 'src/index.ts',
  export: 'src/export.ts',
  records: 'src/records.ts',
  report: 'src/report.ts',
});
