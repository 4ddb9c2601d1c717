/** `cio-stream preview`: what is in a file, what would become of its rows, and the command that loads it. Sends nothing. */
import { styleText } from 'node:util';
import { CioError } from '../errors.ts';
import { webAddress } from '../storage/web/address.ts';
import { commandWords, serversOf } from './config/command-text.ts';
import type { PreviewFlags, SendFlags } from './flags/flags.ts';
import { findInputs } from './input/inputs.ts';
import { checkConfigPlace, writeConfig } from './preview/config-file.ts';
import { firstFile } from './preview/first-file.ts';
import { lookAt } from './preview/look.ts';
import { previewData } from './preview/preview-data.ts';
import { previewText } from './preview/preview-text.ts';
import { answerJson, answerPainted } from './show/print.ts';
import type { Layout } from './show/reject-table.ts';

const UNDECIDED = 1;
const LEAST_WIDTH = 40;

/** Runs the command; resolves with its exit status. Throws a CioError if the input can't be read. */
export async function preview(file: string | undefined, flags: PreviewFlags): Promise<number> {
  if (flags.write !== undefined) await checkConfigPlace(flags.write);
  const said: string[] = [];
  const search = { note: (text: string) => void said.push(text), signal: new AbortController().signal };
  const inputs = await findInputs(file === undefined ? [] : [file], flags as unknown as SendFlags, search);
  const { input, notes: ofFiles } = firstFile(inputs, flags.format);
  if (input === undefined) throw new CioError('CIO_SOURCE', `${file} holds no files`);
  const look = await lookAt(input, flags);
  const notes = [...said, ...ofFiles, ...look.notes];
  const isReady = look.todo === undefined;
  if (isReady && flags.write !== undefined) await writeConfig(flags.write, look.values);
  const values = { ...(flags.write === undefined ? look.values : { config: flags.write }), ...serversOf(flags) };
  const [command, ...words] = commandWords(look.kind, file === '-' ? undefined : file, values);
  if (isReady && hasSecrets(file)) {
    words[0] = '"$URL"';
    notes.push('$URL stands for the address that is read, as it may hold a secret: set it before you run the command');
  }
  const shown = { ...look, notes, words: isReady ? [`cio-stream ${command}`, ...words] : [] };
  if (flags.json) answerJson(previewData(shown, look.values));
  else answerPainted(previewText(shown, layout()));
  // What comes behind it is not known.
  if (look.failure !== undefined) throw look.failure;
  return isReady ? 0 : UNDECIDED;
}

/** A web address with a query, or with credentials. */
function hasSecrets(file: string | undefined): boolean {
  if (file === undefined || !/^https?:/i.test(file)) return false;
  const { url, authorization } = webAddress(file);
  return url.search !== '' || authorization !== undefined;
}

function layout(): Layout {
  const { stdout } = process;
  // A program, or who looks at a file, can cut lines by themselves.
  const width = stdout.isTTY && stdout.columns ? Math.max(LEAST_WIDTH, stdout.columns - 1) : Number.POSITIVE_INFINITY;
  return { width, paint: (style, text) => styleText(style, text, { stream: stdout }) };
}
