import { type CheckpointName, formatBytes, oneOf } from '@cifarlab/experiment';
import { type ExportFormatName, exportFormatNames, exportRun } from '@cifarlab/experiment/export';
import type { Command } from 'commander';
import { addPrintOptions, choice, type PrintFlags, ruled } from '../flags/options.js';
import { inputPath, outputFolder } from '../flags/values.js';
import { type Io, ioOf, printNote, printResult } from '../terminal/io.js';

interface ExportFlags extends PrintFlags {
  format: ExportFormatName;
  checkpoint?: CheckpointName;
  out?: string;
  overwrite: boolean;
}

/** Adds `export RUN`, which writes a trained network for use elsewhere, with its card. */
export function addExportCommand(program: Command, io: Io): void {
  const command = program
    .command('export')
    .description('write a trained network for use elsewhere, with a card that says what it is')
    .argument('<run>', 'folder of the run', inputPath)
    .addOption(choice('--format <name>', 'what the files are', exportFormatNames, 'onnx'))
    .addOption(ruled('--checkpoint <name>', 'best or last (default: best where there is one)', oneOf(['best', 'last'])))
    .option('--out <folder>', "where the files go (default: export/<format> in the run's folder)", outputFolder)
    .option('--overwrite', 'replace files that are there already', false);
  addPrintOptions(command).action((run: string, flags: ExportFlags) => writeExport(run, flags, ioOf(io, flags)));
}

async function writeExport(path: string, { json, ...flags }: ExportFlags, io: Io): Promise<void> {
  const exported = await exportRun(path, flags);
  const { format, checkpoint, step, bytes, files } = exported;
  printNote(io, `${format} of the checkpoint ${checkpoint}, step ${step}: ${formatBytes(bytes)}`);
  for (const line of json ? [JSON.stringify(exported)] : files) printResult(io, line);
}
