/** The options of `cio-stream replay`: those of `send` that are not about files of rows, and which records, and what then. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { REASONS } from '../../record/rejection.ts';
import type { FilterFlags } from '../input/reject-filter.ts';
import { ROW_KIND_NAMES, type RowKind } from './row-kinds.ts';
import { addPipelineOptions, addRecordOptions, addReportOptions, type PipelineFlags, type RunFlags } from './send-options.ts';
import { several, text } from './values.ts';

/** What the options give. */
export interface ReplayFlags extends PipelineFlags, RunFlags, FilterFlags {
  readonly as: RowKind;
  readonly done?: 'delete' | 'move';
  readonly doneTo?: string;
}

const KNOWN = Object.keys(REASONS);

/** Adds the options. */
export function addReplayOptions(command: Command): Command {
  command
    .optionsGroup('Which records:')
    // Not makeOptionMandatory(): a mistyped name would be reported as this one missing.
    .hook('preAction', () => {
      if (command.opts().as === undefined) command.error("error: required option '--as <kind>' not specified");
    })
    .addOption(new Option('--as <kind>', 'what the records are').choices(ROW_KIND_NAMES))
    .addOption(
      new Option('--reason <reasons>', `only records rejected for these, with commas between: ${KNOWN.join(', ')}`)
        .argParser(reasons)
        .default([], 'all'),
    )
    .addOption(new Option('--field <field>', 'only records rejected for this field; repeat for more').argParser(several).default([], 'all'))
    .addOption(
      new Option(
        '--done <what>',
        'what to do with an object when all of its records are delivered, or rejected again and kept; one with records that --reason or --field leave out stays (default: all stay)',
      ).choices(['delete', 'move']),
    )
    .option('--done-to <place>', '--done move: a folder, s3:// or gs://; it may lie inside the place that is replayed', text);
  addRecordOptions(command);
  addPipelineOptions(command);
  return addReportOptions(command);
}

function reasons(value: string, before: readonly string[] = []): string[] {
  const given = value.split(',').map((reason) => reason.trim());
  const wrong = given.some((reason) => !KNOWN.includes(reason));
  if (wrong) throw new InvalidArgumentError(`Allowed are ${KNOWN.join(', ')}.`);
  return [...before, ...given];
}
