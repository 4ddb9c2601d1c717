/**
 * `--dry-run --show 3`: the first operations on standard output, one a line, cut out of the request bodies in which they would
 * go, so digit for digit. One lane keeps them in the order of the rows.
 */
import { CioError } from '../../errors.ts';
import { elementsOf } from '../../json/scan.ts';
import { escapedJson } from '../../printable.ts';
import type { PipelineFlags } from '../flags/flags.ts';
import type { Display } from '../show/display.ts';
import { rejectsPlace } from './rejects-place.ts';

/** What the writer needs for that; nothing without `--show`. */
export interface ShownOperations {
  readonly concurrency?: number;
  readonly onDryBody?: (body: Buffer) => void;
}

/** Throws `CIO_OPTIONS` if nothing would be shown, or among rejected records. */
export function shownOperations(flags: PipelineFlags, display: Pick<Display, 'clear'>): ShownOperations {
  const { show, dryRun } = flags;
  if (show === undefined) return {};
  if (!dryRun) throw new CioError('CIO_OPTIONS', '--show goes with --dry-run: a real run does not print what it sends');
  const { isTTY } = process.stdout;
  if (rejectsPlace(flags) === undefined && !isTTY) {
    const message = '--show prints operations on standard output, where rejected rows would go, too';
    throw new CioError('CIO_OPTIONS', `${message}: give --rejects with a folder`);
  }
  let left = show;
  const onDryBody = (body: Buffer): void => {
    if (left === 0) return;
    const text = body.toString();
    const operations = elementsOf(text, text.indexOf('[')).slice(0, left);
    left -= operations.length;
    const lines = operations.map((operation) => `${operation}\n`).join('');
    if (isTTY) display.clear();
    process.stdout.write(isTTY ? escapedJson(lines) : lines);
  };
  return { concurrency: 1, onDryBody };
}
