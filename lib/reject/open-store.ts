/** The store that the options of a writer ask for: objects in an object store, or somebody's Writable. */
import { CioError } from '../errors.ts';
import { keyProblem, type Location, readLocation, storeAt } from '../storage/location.ts';
import { option, refusedBy, say, wrongOption } from '../wording.ts';
import { encodingOf } from './encoding.ts';
import { FallbackFile } from './fallback-file.ts';
import { flatNaming, type Naming, stampOf, templateNaming } from './naming.ts';
import type { WriterSettings } from './options.ts';
import type { RejectStore } from './reject-store.ts';
import { RollingObjects } from './rolling-objects.ts';
import { StreamTarget } from './stream-target.ts';

const PATH_FORMAT = '{sync_id}/{namespace}/{stream_name}/';
/** What objects are called by default, but for those in a local folder. */
export const FILE_NAME_FORMAT = '{date}_{timestamp}_{part_number}{format_extension}';

/** The store for `to`. Throws `CIO_OPTIONS`; `onError` is called for a failure in the background. */
export function openStore(settings: WriterSettings, onError: (error: CioError) => void): RejectStore {
  const { to, clock, format, flattening, compression } = settings;
  if (typeof to !== 'string' && !(to instanceof URL)) {
    if (format === 'ndjson' && flattening === 'none' && compression === 'none') return new StreamTarget(to);
    throw new CioError(
      'CIO_OPTIONS',
      'rejectWriter: a Writable always gets JSON lines: format, flattening and compression are for folders and buckets',
    );
  }
  const place = readLocation(say`${refusedBy('rejectWriter')}${wrongOption('rejectWriter', 'to')}`, to);
  const run = clock.bytes(4).toString('hex');
  const encoding = encodingOf(settings);
  const naming = namingFor(place, settings, run, encoding.extension);
  const fallback = new FallbackFile(settings.spillTo, `not-stored-${stampOf(clock.wall())}Z-${run}.ndjson`);
  return new RollingObjects(storeAt(place, settings), { ...settings, cutOff: settings.signal, naming, encoding, run, fallback, onError });
}

function namingFor(place: Location, settings: WriterSettings, run: string, extension: string): Naming {
  const { pathFormat, fileNameFormat, syncId, clock } = settings;
  const isFolder = place.kind === 'folder';
  if (isFolder && pathFormat === undefined && fileNameFormat === undefined) return flatNaming(run, extension);
  const naming = templateNaming({
    pathFormat: pathFormat ?? (isFolder ? '' : PATH_FORMAT),
    fileNameFormat: fileNameFormat ?? FILE_NAME_FORMAT,
    syncId: syncId ?? clock.bytes(8).toString('hex'),
    run,
    bytes: (length) => clock.bytes(length),
    extension,
  });
  const problem = keyProblem(isFolder ? '' : place.prefix, naming.maxBytes);
  if (problem === undefined) return naming;
  const [path, file] = [option('rejectWriter', 'pathFormat'), option('rejectWriter', 'fileNameFormat')];
  throw new CioError('CIO_OPTIONS', say`${refusedBy('rejectWriter')}${problem}: shorten ${path}, ${file} or the prefix`);
}
