/** What a run rejects: how many of each kind, where they are, and the commands that come next, ready to be pasted. */

import type { RejectWriter } from '../../reject/reject-writer.ts';
import { dashed } from '../flags/flag.ts';
import type { RejectFlags, StoreFlags } from '../flags/flags.ts';
import { STORES } from '../flags/groups.ts';
import { shellQuoted } from '../flags/shell-quote.ts';
import { RunRejectCounts } from '../show/reject-counts.ts';
import type { NextCommands, RejectedRows } from '../show/reject-table.ts';
import { whereRejectsAre } from './reject-target.ts';
import { rejectsPlace } from './rejects-place.ts';

/** Counts them from now on until it is closed. */
export class RunRejected extends RunRejectCounts {
  readonly #rejects: RejectWriter;
  readonly #flags: RejectFlags;

  /** `rejects` is made by `flags`. */
  constructor(rejects: RejectWriter, flags: RejectFlags) {
    super();
    this.#rejects = rejects;
    this.#flags = flags;
  }

  /** As the summary shows them. */
  get rows(): RejectedRows {
    const commands = this.records > 0 ? nextCommands(this.#flags) : undefined;
    return { rejects: whereRejectsAre(this.#rejects), kinds: this.kinds, otherKinds: this.others, commands };
  }
}

/** Undefined if the rows go to standard output: nobody knows where they are then. */
export function nextCommands(flags: RejectFlags): NextCommands | undefined {
  const place = rejectsPlace(flags);
  if (place === undefined) return undefined;
  // A folder whose name begins with a dash would be read as an option.
  const words = [shellQuoted(place.startsWith('-') ? `./${place}` : place), ...(place.includes('://') ? accessFlags(flags) : [])].join(' ');
  return { look: `cio-stream rejects ${words} --rows`, sendAgain: `cio-stream replay ${words}` };
}

function accessFlags(flags: StoreFlags): string[] {
  return Object.keys(STORES).flatMap((name) => {
    const value: unknown = Reflect.get(flags, name);
    if (value === undefined || value === false) return [];
    return value === true ? [dashed(name)] : [dashed(name), shellQuoted(String(value))];
  });
}
