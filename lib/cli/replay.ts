/**
 * `cio-stream replay`: rejected records through the same pipeline again, each mapped as the run did that rejected it; objects
 * that are done are cleared away.
 */
import { CioError } from '../errors.ts';
import { openRejects, type Rejects } from '../replay/open-rejects.ts';
import { checkStore } from '../storage/check-store.ts';
import type { ReplayFlags } from './flags/flags.ts';
import { accessOf } from './flags/store-access.ts';
import { checkDistinct } from './input/distinct-places.ts';
import { LineFilter } from './input/reject-filter.ts';
import { type ReplayOptions, ReplayReader } from './input/replay-inputs.ts';
import { type PipelineContext, pipelineOf } from './run/pipeline.ts';
import { rejectsPlace, withFolderAtTerminal } from './run/rejects-place.ts';
import { type ReplayMapper, replayMapper } from './run/replay-mappings.ts';
import { type Ending, type Run, runPipeline } from './run/run-pipeline.ts';

/** Runs the command; `given` are the flags of the command line. Resolves with its exit status. */
export function replay(places: readonly string[], asked: ReplayFlags, given: ReadonlySet<string>): Promise<number> {
  const flags = withFolderAtTerminal(asked);
  return runPipeline(flags, async (context) => {
    const mapper = await replayMapper(flags, given, context.display.note);
    checkTogether(asked);
    const { doneTo, rejectsPath, giveUpMs } = flags;
    await checkDistinct({ from: places, rejects: rejectsPlace(flags), doneTo, rejectsPath });
    const access = { ...accessOf(flags), giveUpMs, except: doneTo, onNote: context.display.note };
    const open: Rejects[] = [];
    const close = async (): Promise<void> => {
      for (const rejects of open) await rejects.close();
    };
    try {
      for (const place of places) open.push(await openRejects(place, access));
      const filter = new LineFilter(flags);
      const lastNotes = (how: Ending): readonly string[] => (how === 'failed' ? [] : [...filter.unseen, ...(mapper.kept?.lastNotes ?? [])]);
      return { ...(await prepare({ places: open, isMeant: filter.isChosen }, mapper, flags, context)), lastNotes, close };
    } catch (error) {
      await close();
      throw error;
    }
  });
}

async function prepare(
  what: Pick<ReplayOptions, 'places' | 'isMeant'>,
  { kept, onRows, mapping }: ReplayMapper,
  flags: ReplayFlags,
  context: PipelineContext,
): Promise<Run> {
  const { doneTo, dryRun, check } = flags;
  const { display, stop } = context;
  const done = dryRun ? undefined : flags.done;
  const mapped: ReplayOptions['mapped'] = kept && ((line, rejects) => kept.mapped(line, rejects));
  const reader = new ReplayReader({ ...what, done, doneTo, note: display.note, ...(mapped && { mapped }) });
  await reader.look();
  if (done === 'move' && doneTo !== undefined && check) await checkStore(doneTo, { ...accessOf(flags), signal: stop });
  const extras = { onRows, onCheckpoint: reader.onCheckpoint, ...(mapping && { mapping }) };
  // A record that was rejected once may be rejected again: that is not a reason to stop.
  return { ...(await pipelineOf({ maxRejected: Number.POSITIVE_INFINITY, ...flags }, context, extras)), reader };
}

/** Throws `CIO_OPTIONS` for flags that do nothing without others. */
function checkTogether(flags: ReplayFlags): void {
  const { done, doneTo, processes, redis } = flags;
  const wrong = (message: string): CioError => new CioError('CIO_OPTIONS', message);
  if (processes !== undefined && redis === undefined) throw wrong('--processes does nothing without --redis');
  if (done === 'move' && doneTo === undefined) throw wrong('--done move needs --done-to');
  if (done !== 'move' && doneTo !== undefined) throw wrong('--done-to needs --done move');
  if (done !== undefined && rejectsPlace(flags) === undefined) {
    throw wrong('--done needs --rejects: rows that are rejected again must be stored before their file is cleared');
  }
}
