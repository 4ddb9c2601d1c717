/** The store that the options of a writer ask for: a shelf over an object store, or somebody's Writable. */
import { CioError } from '../errors.ts';
import { keyProblem, type Location, readLocation, storeAt } from '../storage/location.ts';
import { option, refusedBy, say, wrongOption } from '../wording.ts';
import { encodingOf } from './encoding.ts';
import { FallbackFile } from './fallback-file.ts';
import { flatNaming, type Naming, templateNaming } from './naming.ts';
import type { WriterSettings } from './options.ts';
import type { RejectStore } from './reject-store.ts';
import { RollingObjects } from './rolling-objects.ts';
import { StreamTarget } from './stream-target.ts';

const PATH_FORMAT = '{sync_id}/{namespace}/{stream_name}/';
/** What objects are called by default, but for those in a local folder. */
export const FILE_NAME_FORMAT = '{date}_{timestamp}_{part_number}{format_extension}';

/** The store for `to`. Throws `CIO_OPTIONS` where there is none; `onError` hears of a failure that nobody waits for. */
export function openStore(settings: WriterSettings, onError: (error: CioError) => void): RejectStore {
  const { to, clock } = settings;
  if (typeof to !== 'string' && !(to instanceof URL)) return streamStore(to, settings);
  const place = readLocation(say`${refusedBy('rejectWriter')}${wrongOption('rejectWriter', 'to')}`, to);
  const run = clock.bytes(4).toString('hex');
  const encoding = encodingOf(settings);
  const stamp = new Date(clock.wall()).toISOString().slice(0, 19).replaceAll(':', '-');
  const spill = new FallbackFile(settings.spillTo, `not-stored-${stamp}Z-${run}.ndjson`);
  const naming = namingFor(place, settings, run, encoding.extension);
  return new RollingObjects(storeAt(place, settings), { ...settings, cutOff: settings.signal, naming, encoding, run, spill, onError });
}

function namingFor(place: Location, settings: WriterSettings, run: string, extension: string): Naming {
  const { pathFormat, fileNameFormat } = settings;
  if (place.kind === 'folder' && pathFormat === undefined && fileNameFormat === undefined) return flatNaming(run, extension);
  const naming = templateNaming({
    pathFormat: pathFormat ?? (place.kind === 'folder' ? '' : PATH_FORMAT),
    fileNameFormat: fileNameFormat ?? FILE_NAME_FORMAT,
    syncId: settings.syncId ?? settings.clock.bytes(8).toString('hex'),
    run,
    bytes: (length) => settings.clock.bytes(length),
    extension,
  });
  const problem = keyProblem(place.kind === 'folder' ? '' : place.prefix, naming.maxBytes);
  if (problem === undefined) return naming;
  const [path, file] = [option('rejectWriter', 'pathFormat'), option('rejectWriter', 'fileNameFormat')];
  throw new CioError('CIO_OPTIONS', say`${refusedBy('rejectWriter')}${problem}: shorten ${path}, ${file} or the prefix`);
}

function streamStore(to: Exclude<WriterSettings['to'], string | URL>, { format, flattening, compression }: WriterSettings): StreamTarget {
  if (format !== 'ndjson' || flattening !== 'none' || compression !== 'none') {
    throw new CioError(
      'CIO_OPTIONS',
      'rejectWriter: a Writable gets JSON lines: format, flattening and compression are for folders and object storage',
    );
  }
  return new StreamTarget(to);
}
