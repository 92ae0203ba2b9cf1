import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '@cifarlab/experiment';
import { arrayOf, count, objectWith, oneOfTexts, parseRecord, readJson, rule } from '@cifarlab/experiment/records';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type * as v from 'valibot';
import type { LedSearch } from '../plan/led-search.js';

/** A configuration that a search has proposed. */
export interface Proposal {
  /** Its number, from 0. */
  task: number;
  /** A value for each dimension of the space. */
  values: readonly number[];
}

// Proposals are kept beside the study, so that what was proposed is known without Python.
const format = 'cifarlab-proposal';
const version = 1;

const number = rule<number>('a number', Number.isFinite);

const proposalSchema = (dimensions: number) =>
  objectWith({
    format: oneOfTexts([format]),
    version: rule<typeof version>(`${version}, which this program reads`, (value) => value === version),
    task: count,
    values: arrayOf(number, [dimensions, dimensions], 'values'),
  }) as unknown as v.GenericSchema<unknown, Proposal>;

const remedy = 'remove the file; the study has the proposal too';

/** Paths of a search in the folder of a sweep. */
export interface SearchFiles {
  /** Folder of the proposals. */
  proposals: string;
  /** Optuna's file. */
  journal: string;
}

/** Returns the places of a search in the folder of a sweep. */
export function searchFiles(out: string, { id }: Pick<LedSearch, 'id'>): SearchFiles {
  const folder = join(out, 'search');
  return { proposals: join(folder, id), journal: join(folder, 'optuna.log') };
}

/**
 * Reads the proposals of a search, by their numbers, in ascending order; those whose number is below that of its trials.
 *
 * @throws RecordError for one that cannot be understood.
 */
export async function readProposals(out: string, search: LedSearch): Promise<Map<number, Proposal>> {
  const folder = searchFiles(out, search).proposals;
  const names = await readdir(folder).catch(() => [] as string[]);
  const tasks = names.flatMap((name) => (/^\d{1,9}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
  const proposals = new Map<number, Proposal>();
  for (const task of tasks.filter((task) => task < search.trials).sort((a, b) => a - b)) {
    const proposal = await readProposal(join(folder, `${task}.json`), search);
    if (proposal !== undefined) proposals.set(task, proposal);
  }
  return proposals;
}

async function readProposal(file: string, { dimensions }: LedSearch): Promise<Proposal | undefined> {
  const content = await readJson(file, { remedy });
  if (content === undefined) return undefined;
  const { task, values } = parseRecord(proposalSchema(dimensions.length), content, { place: file, remedy });
  return { task, values };
}

/** Keeps a proposal. */
export async function writeProposal(out: string, search: LedSearch, { task, values }: Proposal): Promise<void> {
  const { proposals } = searchFiles(out, search);
  await makeFolders(proposals);
  await writeFileAtomic(join(proposals, `${task}.json`), `${JSON.stringify({ format, version, task, values })}\n`);
}
