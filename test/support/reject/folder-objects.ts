/** A local folder as a place for lines, with everything but the essentials by default. */
import type { Clock } from '../../../lib/clock.ts';
import { encodingOf, type ObjectFormat } from '../../../lib/reject/encoding.ts';
import { FallbackFile } from '../../../lib/reject/fallback-file.ts';
import { ALL, flatNaming } from '../../../lib/reject/naming.ts';
import { RollingObjects } from '../../../lib/reject/rolling-objects.ts';
import { FolderStore } from '../../../lib/storage/folder-store.ts';

/** What the tests call. */
export interface FolderObjects {
  open(): Promise<void>;
  write(lines: string): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const PLAIN: ObjectFormat = { format: 'ndjson', flattening: 'none', compression: 'none' };

/** Nothing rolls by time. What can't be stored is spilled beside the folder. */
export function folderObjects(path: string, rollBytes: number, clock: Clock, format: ObjectFormat = PLAIN): FolderObjects {
  const run = clock.bytes(4).toString('hex');
  const encoding = encodingOf(format);
  const objects = new RollingObjects(new FolderStore(path), {
    naming: flatNaming(run, encoding.extension),
    encoding,
    run,
    rollBytes,
    rollMs: 3_600_000,
    giveUpMs: 0,
    clock: { ...clock, timer: () => () => {} },
    fallback: new FallbackFile(`${path}.fallback`, 'fallback.ndjson'),
    onError: () => {},
  });
  return {
    open: () => objects.open(),
    write: (lines) => objects.write(ALL, lines),
    flush: () => objects.flush(),
    close: () => objects.close(),
  };
}
