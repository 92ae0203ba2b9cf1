import fc from 'fast-check';

/**
 * Property tests draw the same examples in every run of `npm test`, so that it never fails by chance. The command
 * `npm run test:properties` sets other seeds.
 */
fc.configureGlobal({ seed: Number(process.env.CIFARLAB_PROPERTY_SEED ?? 42) });
