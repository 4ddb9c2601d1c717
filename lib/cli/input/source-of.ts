/** The source that an input and the flags ask for. */
import { csv } from '../../source/csv.ts';
import { json } from '../../source/json.ts';
import { ndjson } from '../../source/ndjson.ts';
import type { SourceOptions } from '../../source/options.ts';
import type { Source } from '../../stream/decode.ts';
import type { Text } from '../../wording.ts';
import { SAVE_EVERY_MS } from '../flags/cli-options.ts';
import type { NeededColumns } from '../flags/columns.ts';
import type { SendFlags } from '../flags/flags.ts';
import { inFlags } from '../flags/names.ts';
import type { Input } from './inputs.ts';

/** Makes the source; `required` are the columns that a header must have, `note` gets its warnings. Throws `CIO_OPTIONS`. */
export function sourceOf(input: Input, flags: SendFlags, required: NeededColumns, note: (text: string) => void): Source {
  const source = bareSource(input, flags, required);
  return source.on('warning', (_text: string, wording: Text) => note(`warning: ${input.label}: ${inFlags(wording)}`));
}

function bareSource(input: Input, flags: SendFlags, required: NeededColumns): Source {
  const { format, encoding, delimiter: named, source, version, from } = input;
  const { jsonPath, delimiter, quote, header: columns, keepEmptyCells, null: nulls, trim, maxRecordBytes, stream, namespace } = flags;
  const common = { source, version, stream, namespace, ...from, ...checkpoints(flags), encoding, maxRecordBytes };
  if (format === 'ndjson') return ndjson(common);
  // The reader of the file begins at the row itself.
  if (format === 'parquet') return ndjson({ ...common, skip: undefined, encoding: undefined });
  if (format === 'json') return json({ ...common, path: jsonPath });
  const between = delimiter?.replaceAll(String.raw`\t`, '\t') ?? named;
  const cells = { emptyCells: keepEmptyCells, null: nulls, trim };
  return csv({ ...common, delimiter: between, quote, columns, required, ...cells });
}

function checkpoints({ resume, checkpointEvery: checkpointEveryRecords, checkpointEveryMs = SAVE_EVERY_MS }: SendFlags): SourceOptions {
  return resume === undefined ? {} : { checkpointEveryRecords, checkpointEveryMs };
}
