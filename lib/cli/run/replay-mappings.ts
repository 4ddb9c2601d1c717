/**
 * Which mapping each rejected row is sent again with: that of the run that rejected it, which the row names, changed by the flags
 * of this command. A row that names none, or one that is kept nowhere, is not sent: a guess would send it wrong.
 */
import type { Transform } from 'node:stream';
import { isObject } from '../../json/exact.ts';
import { type KeptMapping, keptMappingOf } from '../../record/kept-mapping.ts';
import type { SourceRecord } from '../../record/record.ts';
import type { Rejects } from '../../replay/open-rejects.ts';
import { commandWords } from '../config/command-text.ts';
import { columnsOf } from '../flags/columns.ts';
import { OBJECTS, type ReplayFlags, type RowKind } from '../flags/flags.ts';
import { byMapping } from './by-mapping.ts';
import { flagsOfMapping, overridden } from './mapping-flags.ts';
import type { PipelineExtras } from './pipeline.ts';
import { rowStages, rowsOf } from './row-stages.ts';

/** What maps the rows of a replay: the mappings that are kept, or the flags alone. */
export interface ReplayMapper extends Pick<PipelineExtras, 'onRows' | 'mapping'> {
  readonly kept?: ReplayMappings;
}

/** Makes it; `given` are the flags of the command line. Throws `CIO_OPTIONS`. */
export async function replayMapper(flags: ReplayFlags, given: ReadonlySet<string>, note: (text: string) => void): Promise<ReplayMapper> {
  if (flags.as !== undefined) {
    const own = { ...flags, object: OBJECTS[flags.as] };
    return rowsOf(own, columnsOf(own));
  }
  const kept = new ReplayMappings(flags, given, note);
  return { kept, onRows: [byMapping((mapping) => kept.stagesOf(mapping))] };
}

/** More mappings are used without a word. */
const MAX_NOTES = 10;
/** So many folders are named, of so many files. */
const MAX_NAMES = 3;
const MAX_FILES = 1_000;

/** Finds mappings, and remembers them. */
export class ReplayMappings {
  readonly #flags: object;
  readonly #given: ReadonlySet<string>;
  readonly #note: (text: string) => void;
  readonly #found = new Map<Rejects, Map<string, KeptMapping | undefined>>();
  /** By the id of the mapping that is used: where it was kept. */
  readonly #used = new Map<string, string>();
  /** The files that the sheets were made of. */
  readonly #sheetsOf = new Set<string>();

  constructor(flags: object, given: ReadonlySet<string>, note: (text: string) => void) {
    this.#flags = flags;
    this.#given = given;
    this.#note = note;
  }

  /** The line with its mapping; undefined if that is not known. Throws a CioError for a mapping that can't be used. */
  async mapped(line: SourceRecord, rejects: Rejects): Promise<SourceRecord | undefined> {
    const origin = isObject(line.rejected_origin) ? line.rejected_origin : {};
    if (typeof origin.from === 'string' && this.#sheetsOf.size < MAX_FILES) this.#sheetsOf.add(origin.from);
    const mapping = await this.#mappingOf(origin.mapping, rejects);
    return mapping && { ...line, rejected_origin: { ...origin, mapping } };
  }

  /** What is to be said at the end, if rows came from a sheet: it is a copy. */
  get lastNotes(): string[] {
    if (this.#sheetsOf.size === 0) return [];
    const [first = '', ...others] = this.#sheetsOf;
    if (others.length === 0) return [`${first} still has the old rows: delete it when done`];
    const folders = [...new Set([first, ...others].map(folderOf))].sort();
    const names = `${folders.slice(0, MAX_NAMES).join(', ')}${folders.length > MAX_NAMES ? ' ...' : ''}`;
    return [`files in ${names} still have the old rows: delete them when done`];
  }

  /** The stages of a mapping that a line has got here. */
  async stagesOf(mapping: KeptMapping): Promise<readonly Transform[]> {
    const flags = flagsOfMapping(mapping, this.#used.get(mapping.id) ?? '');
    return rowStages(flags, columnsOf(flags));
  }

  async #mappingOf(said: unknown, rejects: Rejects): Promise<KeptMapping | undefined> {
    const own = typeof said === 'string' ? undefined : keptMappingOf(said);
    const id = own?.id ?? String(said);
    const known = this.#found.get(rejects) ?? new Map<string, KeptMapping | undefined>();
    this.#found.set(rejects, known);
    if (!known.has(id)) {
      const found = own ? { mapping: own, where: rejects.location } : await rejects.mapping(id);
      known.set(id, found && this.#use(found.mapping, found.where));
    }
    return known.get(id);
  }

  #use(kept: KeptMapping, where: string): KeptMapping {
    flagsOfMapping(kept, where);
    const mapping = overridden(kept, this.#flags, this.#given);
    if (!this.#used.has(mapping.id)) {
      this.#used.set(mapping.id, where);
      columnsOf(flagsOfMapping(mapping, where));
      const changed = mapping.id === kept.id ? '' : ' and changed by the flags given here';
      const words = commandWords(mapping.command as RowKind, undefined, mapping.config);
      if (this.#used.size <= MAX_NOTES) this.#note(`with the mapping of ${words.join(' ')}, kept in ${where}${changed}`);
    }
    return mapping;
  }
}

function folderOf(file: string): string {
  return /^.*[\\/]/s.exec(file)?.[0] ?? './';
}
