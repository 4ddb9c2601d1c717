/** `cio-stream rejects`: what was rejected, and why: counts, each record, or a sheet to repair them in. Keeps nothing in memory. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { CioError, codeOf, systemWords } from '../errors.ts';
import { printableJson } from '../printable.ts';
import { PRIVATE_FILE } from '../storage/durable-folder.ts';
import { drained } from '../stream/drain.ts';
import { commandText } from './config/command-text.ts';
import type { ListFlags } from './flags/flags.ts';
import { ChosenLines } from './listing/chosen-lines.ts';
import { countData, countsOf, countText } from './listing/count-table.ts';
import { ndjsonTexts, recordRows, sheetTexts } from './listing/record-text.ts';
import { printableLines, printLines } from './show/print.ts';

type Texts = AsyncIterable<string | Buffer>;

/** Runs the command; resolves with its exit status. Throws `CIO_REJECT_STORE`, or `CIO_SOURCE` for the first object that can't be read. */
export async function listRejects(places: readonly string[], flags: ListFlags): Promise<number> {
  const { rows, format = 'text', out } = flags;
  if (rows && format !== 'text') {
    const why = format === 'json' ? ': ndjson lists the rows' : ', which lists the rows anyway';
    throw new CioError('CIO_OPTIONS', `--rows has no effect with --format ${format}${why}`);
  }
  const lines = await ChosenLines.open(places, flags);
  try {
    await write(textsOf(lines, rows, format), out);
    lines.unseen.forEach(printLines);
    const [first] = lines.unreadable;
    if (first && format !== 'text' && format !== 'json') for (const { message } of lines.unreadable) printLines(`not read: ${message}`);
    if (first) throw first;
    if (out !== undefined && format === 'csv')
      printLines(`correct ${out} in a spreadsheet, save it as CSV, then: ${commandText('replay', out, {})}`);
    return 0;
  } finally {
    await lines.close();
  }
}

function textsOf(lines: ChosenLines, rows: boolean, format: NonNullable<ListFlags['format']>): Texts {
  if (format === 'csv') return sheetTexts(lines);
  if (format === 'ndjson') return ndjsonTexts(lines);
  return rows ? recordRows(lines) : countTexts(lines, format);
}

async function* countTexts(lines: ChosenLines, format: 'text' | 'json'): AsyncGenerator<string> {
  const counts = await countsOf(lines);
  yield `${format === 'json' ? printableJson(countData(lines, counts), 2) : printableLines(countText(lines, counts))}\n`;
}

async function write(texts: Texts, out: string | undefined): Promise<void> {
  if (out === undefined) return await print(texts);
  const wrong = (error: unknown): CioError => {
    if (error instanceof CioError) return error;
    if (codeOf(error) !== 'EEXIST') return new CioError('CIO_OPTIONS', `--out ${out} can't be written: ${systemWords(error)}`, error);
    return new CioError('CIO_OPTIONS', `--out ${out}: this file exists already`, error, `Give another name, or delete ${out} first.`);
  };
  let file: FileHandle | undefined;
  try {
    file = await open(out, 'wx', PRIVATE_FILE);
    for await (const text of texts) await file.appendFile(text);
    await file.close();
  } catch (error) {
    // What is there is a part; a file of somebody else was not opened.
    await file?.close();
    if (file) await rm(out, { force: true });
    throw wrong(error);
  }
}

/** Whoever reads may have enough before the end, like `head`. */
async function print(texts: Texts): Promise<void> {
  const { stdout } = process;
  let failure: unknown;
  const onError = (error: unknown): void => {
    failure = error;
  };
  stdout.on('error', onError);
  try {
    for await (const text of texts) {
      if (!stdout.write(text)) await drained(stdout).catch(onError);
      if (failure !== undefined) break;
    }
  } finally {
    stdout.off('error', onError);
  }
  if (failure !== undefined && codeOf(failure) !== 'EPIPE') throw failure;
}
