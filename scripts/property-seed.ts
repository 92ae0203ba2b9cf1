import fc from 'fast-check';

// Property tests draw the same cases every time, so that no change fails by chance; `npm run test:properties` draws
// others.
fc.configureGlobal({ seed: Number(process.env.CIFARLAB_PROPERTY_SEED ?? 20_260_101) });
