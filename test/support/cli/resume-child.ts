/** Saves one position after the other until it is killed, and says which ones are kept. */
import { ResumeState } from '../../../lib/cli/input/resume-file.ts';

const state = await ResumeState.load(process.argv[2] ?? '');
const resumption = await state.positionOf({ label: 'standard input', source: undefined, size: undefined });
for (let line = (resumption?.startAt.line ?? 0) + 1; ; line++) {
  await state.save({ offset: line * 10, line });
  process.send?.(line);
}
