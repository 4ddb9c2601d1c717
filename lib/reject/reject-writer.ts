/**
 * Rejections -> a place that keeps them and can be read again. `flush()` resolves when all written before it is durable
 * there: only then may a checkpoint pass. If it fails, the pipeline must stop: CIO_REJECT_STORE.
 */
import type { Writable } from 'node:stream';
import { readOptions } from '../options.ts';
import { type KeptMapping, keptMappingOf } from '../record/kept-mapping.ts';
import { notARejection } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { rejectStoreError } from '../storage/object-store.ts';
import { GatheringSink, type GatherLimits } from '../stream/gathering-sink.ts';
import type { Group } from './naming.ts';
import { openStore } from './open-store.ts';
import { REJECT_WRITER_OPTIONS, type RejectWriterOptions } from './options.ts';
import { formatRejection } from './reject-line.ts';
import type { RejectStore } from './reject-store.ts';
import { clearLeftFolders } from './staging-file.ts';

/**
 * A Writable that stores {@link Rejection | rejections}.
 *
 * @category Rejects
 */
export type RejectWriter = Writable & {
  /** Resolves when everything written so far is stored and will survive a crash. */
  flush(): Promise<void>;
  /** Where the rejected rows go, in words. */
  readonly location: string;
};

/** What gathers while something is written. A rejection may hold a row of any size. */
const LIMITS: GatherLimits<Rejection> = { elements: 256, bytes: 1024 * 1024, bytesOf };

/**
 * Stores rejected rows in a folder or in object storage, where you can look at them (`cio-stream rejects`), repair them and send
 * them again (`cio-stream replay`, or {@link openRejects}). Give it to {@link trackWriter} as `rejects`. See docs/rejects.md.
 *
 * @returns A Writable in object mode. It fails with `CIO_REJECT_STORE` if the place can't keep what is written.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { createSandbox, rejectWriter, trackWriter, validate } from 'customerio-streams';
 *
 * const sandbox = await createSandbox();
 * const rejects = rejectWriter({ to: 'rejected/' });
 * await pipeline(
 *   Readable.from([{ person_id: 1 }, { person_id: 'NULL' }]),
 *   validate({ object: 'person_identify' }),
 *   trackWriter({ ...sandbox.account, rejects }),
 * );
 * await sandbox.close();
 * ```
 * @example In object storage
 * ```ts
 * import { rejectWriter } from 'customerio-streams';
 *
 * export const rejects = rejectWriter({
 *   to: 's3://my-bucket/rejected',
 *   s3: { region: 'eu-central-1' }, // credentials are found as the AWS SDK finds them
 *   compression: 'gzip',
 * });
 * ```
 *
 * @category Rejects
 */
export function rejectWriter(options: RejectWriterOptions): RejectWriter {
  const settings = readOptions('rejectWriter', REJECT_WRITER_OPTIONS, options);
  const store = openStore(settings, (error) => writable.fail(error));
  const { location } = store;
  const mapping = keptMappingOf(settings.mapping);
  let clearing: Promise<void> | undefined;
  const writable = new GatheringSink<Rejection>(
    {
      open: () => {
        clearing = clearLeftFolders();
        return store.open();
      },
      write: (rejections) => write(rejections, store, { mapping, wallMs: () => settings.clock.wall() }),
      flush: () => store.flush(),
      end: () => store.flush(),
      release: () => store.release?.(),
      close: async () => {
        await clearing;
        // Whatever ended the pipeline, what was handed over is stored.
        await store.flush().finally(() => store.close());
      },
    },
    LIMITS,
  );
  const flush = writable.flush.bind(writable);
  return Object.assign(writable, {
    location,
    flush: () => flush().catch((error) => Promise.reject(rejectStoreError(location, error))),
  });
}

/** Of the row's text. What was written may be anything. */
function bytesOf(rejection: unknown): number {
  return (Object(rejection) as Partial<Rejection>).origin?.raw?.length ?? 0;
}

/** What lines say beside their rejections. */
interface Said {
  readonly mapping: KeptMapping | undefined;
  readonly wallMs: () => number;
}

/** Writes the lines of each group together. All groups are handed over; then the last error is thrown. */
async function write(rejections: readonly Rejection[], store: RejectStore, { mapping: own, wallMs }: Said): Promise<void> {
  const groups = new Map<string, { readonly group: Group; lines: string }>();
  let error: unknown;
  for (const rejection of rejections) {
    if (!(rejection instanceof Rejection)) {
      error = notARejection('rejectWriter', rejection);
      continue;
    }
    const group = store.groupOf(rejection.origin);
    const mapping = rejection.origin?.mapping ?? own;
    const line = formatRejection(rejection, wallMs(), mapping && store.keep(mapping));
    const gathered = groups.get(group.key);
    if (gathered) gathered.lines += line;
    else groups.set(group.key, { group, lines: line });
  }
  for (const { group, lines } of groups.values()) {
    await store.write(group, lines).catch((thrown) => {
      error = thrown;
    });
  }
  if (error !== undefined) throw error;
}
