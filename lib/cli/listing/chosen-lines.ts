/** The rejected records of several places, one after the other: those that the flags choose. An object that can't be read is noted. */
import { CioError } from '../../errors.ts';
import { openRejects, type Rejects } from '../../replay/open-rejects.ts';
import type { ListFlags } from '../flags/flags.ts';
import { accessOf } from '../flags/store-access.ts';
import { LineFilter, type RejectLine } from '../input/reject-filter.ts';

/** A record, and where it is kept. */
export interface ChosenLine {
  readonly line: RejectLine;
  readonly object: string;
  readonly rejects: Rejects;
}

/** Reads places; may do so several times. */
export class ChosenLines {
  readonly #places: readonly Rejects[];
  readonly #flags: ListFlags;
  /** Of the last reading. */
  objects = 0;
  unreadable: CioError[] = [];
  /** Fields that the flags name and no line has, in words. */
  unseen: readonly string[] = [];

  private constructor(places: readonly Rejects[], flags: ListFlags) {
    this.#places = places;
    this.#flags = flags;
  }

  /** Throws `CIO_OPTIONS`, `CIO_REJECT_STORE`. */
  static async open(places: readonly string[], flags: ListFlags): Promise<ChosenLines> {
    const open: Rejects[] = [];
    const chosen = new ChosenLines(open, flags);
    try {
      for (const place of places) open.push(await openRejects(place, accessOf(flags)));
      return chosen;
    } catch (error) {
      await chosen.close();
      throw error;
    }
  }

  get where(): string {
    return this.#places.map(({ location }) => location).join(', ');
  }

  /** Throws `CIO_REJECT_STORE`. */
  async *read(): AsyncGenerator<ChosenLine> {
    const filter = new LineFilter(this.#flags);
    let left = this.#flags.first ?? Number.POSITIVE_INFINITY;
    this.objects = 0;
    this.unreadable = [];
    for (const rejects of this.#places) {
      for await (const { name: object } of rejects.objects()) {
        if (left === 0) return;
        this.objects++;
        try {
          for await (const line of rejects.lines({ name: object })) {
            if (!filter.isChosen(line)) continue;
            yield { line, object, rejects };
            if (--left === 0) return;
          }
        } catch (error) {
          if (!(error instanceof CioError && error.code === 'CIO_SOURCE')) throw error;
          this.objects--;
          this.unreadable.push(error);
        }
      }
    }
    this.unseen = filter.unseen;
  }

  async close(): Promise<void> {
    for (const rejects of this.#places) await rejects.close();
  }
}
