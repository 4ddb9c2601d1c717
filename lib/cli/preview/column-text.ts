/** What stands behind `--column`. */
import { unlikelyName } from '../../stage/mapping/column-problems.ts';
import { isRecordField } from '../../stage/mapping/columns.ts';
import type { Conversion } from '../../stage/mapping/conversion.ts';

/** `--column NAME=target:type:format`. */
export function columnText(name: string, target: string, { type, format }: Conversion): string {
  const isPlain = !isRecordField(target) && unlikelyName(target) === undefined;
  return `${escapedName(name)}=${escapedName(target)}${isPlain ? '' : ':attribute'}:${type}${format === undefined ? '' : `:${format}`}`;
}

/** `--column NAME=timestamp:time:format`: the time of an event. */
export function timestampText(name: string, format: string | undefined): string {
  return `${escapedName(name)}=timestamp:time${format === undefined ? '' : `:${format}`}`;
}

/** What `--column` does not take for its own signs. */
export function escapedName(name: string): string {
  return name.replace(/[\\=:]/g, String.raw`\$&`);
}
