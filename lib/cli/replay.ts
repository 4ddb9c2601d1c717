/** `cio-stream replay`: rejected records through the same pipeline again; objects that are done are cleared away. */
import { CioError } from '../errors.ts';
import { openRejects, type Rejects } from '../replay/open-rejects.ts';
import { checkStore } from '../storage/check-store.ts';
import { type ColumnsOfFlags, columnsOf } from './flags/columns.ts';
import type { ReplayFlags } from './flags/flags.ts';
import { accessOf } from './flags/store-access.ts';
import { checkDistinct } from './input/distinct-places.ts';
import { matcher } from './input/reject-filter.ts';
import { ReplayReader } from './input/replay-inputs.ts';
import { type PipelineContext, pipelineOf } from './run/pipeline.ts';
import { rejectsPlace } from './run/reject-target.ts';
import { type Run, runPipeline } from './run/run-pipeline.ts';

/** Runs the command; resolves with its exit status. */
export function replay(where: string, flags: ReplayFlags): Promise<number> {
  return runPipeline(flags, async (context) => {
    const columns = columnsOf(flags);
    checkDone(flags);
    const { doneTo, rejectsPath, giveUpMs } = flags;
    await checkDistinct({ from: where, rejects: rejectsPlace(flags), doneTo, rejectsPath });
    const access = { ...accessOf(flags), giveUpMs, except: doneTo, onNote: context.display.note };
    const rejects = await openRejects(where, access);
    try {
      return await prepare(rejects, columns, flags, context);
    } catch (error) {
      await rejects.close();
      throw error;
    }
  });
}

async function prepare(rejects: Rejects, columns: ColumnsOfFlags, flags: ReplayFlags, context: PipelineContext): Promise<Run> {
  const { doneTo, dryRun, check } = flags;
  const { display, stop } = context;
  const done = dryRun ? undefined : flags.done;
  const reader = new ReplayReader({ rejects, isMeant: matcher(flags), done, doneTo, note: display.note });
  await reader.look();
  if (done === 'move' && doneTo !== undefined && check) await checkStore(doneTo, { ...accessOf(flags), signal: stop });
  return {
    // A record that was rejected once may be rejected again: that is not a reason to stop.
    ...(await pipelineOf({ maxRejected: Number.POSITIVE_INFINITY, ...flags }, context, { columns, onCheckpoint: reader.onCheckpoint })),
    reader,
    close: () => rejects.close(),
  };
}

function checkDone(flags: ReplayFlags): void {
  const { done, doneTo } = flags;
  const wrong = (message: string): CioError => new CioError('CIO_OPTIONS', message);
  if (done === 'move' && doneTo === undefined) throw wrong('--done move needs --done-to: where to?');
  if (done !== 'move' && doneTo !== undefined) throw wrong('--done-to goes with --done move');
  if (done !== undefined && rejectsPlace(flags) === undefined) {
    throw wrong('--done needs --rejects: what is rejected again must be kept before anything is cleared');
  }
}
