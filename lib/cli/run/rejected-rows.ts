/** What a run rejects: how many of each kind, where they are, and the commands that come next, ready to be pasted. */
import type { RejectWriter } from '../../reject/reject-writer.ts';
import { type RejectionMessage, rejections } from '../../write/diagnostics.ts';
import { commandText, serversOf } from '../config/command-text.ts';
import { configOf } from '../config/config-options.ts';
import type { RejectFlags } from '../flags/flags.ts';
import { STORES } from '../flags/groups.ts';
import { RejectCounts } from '../show/reject-counts.ts';
import type { NextCommands, RejectedRows } from '../show/reject-table.ts';
import { whereRejectsAre } from './reject-target.ts';
import { rejectsPlace } from './rejects-place.ts';

/** Counts what the writers of this process reject, from now on until it is closed. */
export class RunRejected extends RejectCounts {
  readonly #rejects: RejectWriter;
  readonly #flags: RejectFlags;

  /** `rejects` is made by `flags`. */
  constructor(rejects: RejectWriter, flags: RejectFlags) {
    super();
    this.#rejects = rejects;
    this.#flags = flags;
    rejections.subscribe(this.#onRejection);
  }

  /** As the summary shows them. */
  get rows(): RejectedRows {
    const commands = this.records > 0 ? nextCommands(this.#flags) : undefined;
    return { rejects: whereRejectsAre(this.#rejects), kinds: this.kinds, otherKinds: this.others, commands };
  }

  close(): void {
    rejections.unsubscribe(this.#onRejection);
  }

  readonly #onRejection = ({ rejection }: RejectionMessage): void => this.add(rejection);
}

/** Undefined if the rows go to standard output: nobody knows where they are then. */
function nextCommands(flags: RejectFlags): NextCommands | undefined {
  const place = rejectsPlace(flags);
  if (place === undefined) return undefined;
  const access = place.includes('://') ? { ...configOf(flags, STORES), ...serversOf(flags) } : {};
  return { look: commandText('rejects', place, { ...access, rows: true }), sendAgain: commandText('replay', place, access) };
}
