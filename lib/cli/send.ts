/** `cio-stream people`, `events` and `operations`: the pipeline of the README over files, standard input, or topics of Kafka. */
import { CioError } from '../errors.ts';
import { columnsOf, neededColumns } from './flags/columns.ts';
import { OBJECTS, type RowKind, type SendFlags } from './flags/flags.ts';
import { isService, kafkaInput } from './input/kafka/kafka-input.ts';
import { openDeduping } from './run/deduping.ts';
import { type PipelineContext, pipelineOf } from './run/pipeline.ts';
import { rowsOf } from './run/row-stages.ts';
import { type Run, runPipeline } from './run/run-pipeline.ts';
import { EARLY_ROWS, MissingColumns, type UnseenColumn, unseenText } from './show/missing-columns.ts';

/** Runs the command; resolves with its exit status. */
export function send(kind: RowKind, names: readonly string[], given: Omit<SendFlags, 'object'>): Promise<number> {
  const flags = { ...given, object: OBJECTS[kind] };
  const prepare = async (context: PipelineContext): Promise<Run> => {
    // Mistakes that cost nothing to find come first.
    const columns = columnsOf(flags);
    const kafka = kafkaInput(names, flags, kind);
    checkStateFlags(flags, kafka !== undefined);
    const { keep, end, ...read } = await (kafka
      ? (await import('./run/reading/topics-reading.ts')).topicsReading(kafka, flags, context)
      : (await import('./run/reading/files-reading.ts')).filesReading(names, flags, neededColumns(columns, flags.transform), context));
    const { stages: onEntries, close } = await openDeduping(flags, context.display.note);
    try {
      const named = new MissingColumns(columns.named, isService(names, flags) ? sayEarly(context.display.note) : undefined);
      const rows = await rowsOf(flags, columns, named.stages);
      const pipeline = await pipelineOf(flags, context, { ...rows, onEntries, onCheckpoint: keep, signal: read.cut });
      const closeAll = (): Promise<void> => {
        end?.();
        return close();
      };
      return { ...pipeline, ...read, columns: named, close: closeAll };
    } catch (error) {
      await close();
      throw error;
    }
  };
  return runPipeline(flags, prepare, { isService: isService(names, flags) });
}

/** A service has no end at which they would be said. */
function sayEarly(note: (text: string) => void): (columns: readonly UnseenColumn[]) => void {
  const rows = `each of the first ${EARLY_ROWS.toLocaleString('en-US')} rows`;
  return (columns) => columns.forEach((column) => void note(`warning: ${unseenText(column, rows)}`));
}

/** Throws `CIO_OPTIONS` for a flag about what is kept or shared that does nothing without another. */
function checkStateFlags(
  { resume, checkpointEvery, checkpointEveryMs, dedupe, stateDir, redis, processes }: SendFlags,
  commits: boolean,
): void {
  const needs = (name: string, other: string): CioError => new CioError('CIO_OPTIONS', `${name} does nothing without ${other}`);
  if (!dedupe && stateDir !== undefined) throw needs('--state-dir', '--dedupe');
  if (processes !== undefined && redis === undefined) throw needs('--processes', '--redis');
  if (resume !== undefined || dedupe || commits) return;
  if (checkpointEvery !== undefined) throw needs('--checkpoint-every', '--resume or --dedupe');
  if (checkpointEveryMs !== undefined) throw needs('--checkpoint-every-ms', '--resume or --dedupe');
}
