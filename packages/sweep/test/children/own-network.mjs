// The process of a trial of a network that is not one of the library's.
import { experimentRunner } from '@cifarlab/sweep';
import { serveTrial } from '@cifarlab/sweep/processes';
import { linear } from '../../../experiment/test/toy/linear.mjs';

await serveTrial((how) => experimentRunner({ ...how, networks: [linear] }));
