/**
 * Which of several files is looked at: the first of those that most are like. The others are named, as the command would read
 * them too: of a text its lines are rejected, and a document of another form may end the run.
 */
import { posix } from 'node:path';
import { countOf } from '../../wording.ts';
import { shellQuoted } from '../flags/shell-quote.ts';
import type { Input } from '../input/inputs.ts';
import { kindOfName } from '../input/places/kind.ts';
import { listed } from './notes/quoted.ts';

/** Files whose names say no format. */
const OTHER = 'other';

/** The file, and what the user should know of the others. */
export interface FirstFile {
  readonly input: Input | undefined;
  readonly notes: readonly string[];
}

/** Chooses it. `format` is that of all files, if it is said. */
export function firstFile(inputs: readonly Input[], format: string | undefined): FirstFile {
  const { kind, files } = mostAlike(inputs, format);
  const [input] = files;
  if (input === undefined || inputs.length === 1) return { input, notes: [] };
  const alike = new Set(files);
  const odd = inputs.filter((one) => !alike.has(one));
  const what = odd.length > 0 && kind !== OTHER ? `${kind} file` : 'file';
  const first = files.length === 1 ? `this is ${input.label}` : `this is the first of ${countOf(files.length, what)}: ${input.label}`;
  return { input, notes: odd.length === 0 ? [first] : [first, oddNote(odd, files, kind, format)] };
}

function mostAlike(inputs: readonly Input[], format: string | undefined): { kind: string; files: readonly Input[] } {
  const kinds = new Map<string, Input[]>();
  for (const input of inputs) {
    const kind = kindOfName(input.label)?.format ?? format ?? OTHER;
    const files = kinds.get(kind);
    if (files === undefined) kinds.set(kind, [input]);
    else files.push(input);
  }
  const [[kind, files] = [OTHER, []]] = [...kinds].sort(([oneKind, one], [otherKind, other]) => {
    return other.length - one.length || Number(oneKind === OTHER) - Number(otherKind === OTHER);
  });
  return { kind, files };
}

function oddNote(odd: readonly Input[], files: readonly Input[], kind: string, format: string | undefined): string {
  const what = kind === OTHER ? 'of another format' : `whose names don't say ${kind}`;
  const pattern = patternOf(files);
  const example = pattern === undefined ? '' : `, such as ${pattern}`;
  const isOpen = format === undefined && kind !== OTHER && odd.every(({ label }) => kindOfName(label) === undefined);
  const also = isOpen ? `; if these hold ${kind} too, add --format ${kind}` : '';
  const names = listed(odd.map(({ label }) => label));
  return `the command also reads files ${what}: ${names}. Name only those that hold rows${example}${also}`;
}

/** A pattern of the shell for files that lie in one folder. */
function patternOf(files: readonly Input[]): string | undefined {
  const folders = new Set(files.map(({ label }) => posix.dirname(label)));
  const endings = new Set(files.map(({ label }) => /\.(\w+?)(?:\.(?:gz|zst))?$/.exec(label)?.[1]));
  const [folder = ''] = folders;
  const [ending] = endings;
  if (folders.size > 1 || endings.size > 1 || ending === undefined || /^\w+:\/\//.test(folder)) return undefined;
  return `${shellQuoted(folder)}/*.${ending}${files.every(({ label }) => label.endsWith(`.${ending}`)) ? '' : '*'}`;
}
