// Trains in a process of its own, to be killed: takes the options of `trainRun` as JSON.
import { trainRun } from '@cifarlab/experiment';
import { linear } from '../toy/linear.mjs';

const { network, ...options } = JSON.parse(process.argv[2]);
await trainRun({ ...options, network: network === linear.name ? linear : network }).result;
