/** Blocks that are run one after the other, and blocks that show what the one before printed. */
import type { Ended } from '../support/child.ts';
import type { Promised } from './page.ts';
import type { Place } from './place.ts';
import { assertShown } from './shown.ts';

/** The blocks of a page that is tested with `together`. */
export class Story {
  #last: Ended | undefined;

  /** A script that ends with this status. `after` says what is there then. */
  runs(holds: RegExp, { status = 0, after }: { status?: number; after?: (place: Place, ended: Ended) => void } = {}): Promised {
    return {
      language: 'sh',
      holds,
      check: async (place, code) => {
        this.#last = await place.sh(code, { status });
        after?.(place, this.#last);
      },
    };
  }

  /** What the last script printed, or the part of it that matches. */
  shows(holds: RegExp, stream: 'stdout' | 'stderr', part = /[\s\S]*/): Promised {
    const check: Promised['check'] = async (_place, shown) => assertShown(part.exec(this.#last?.[stream] ?? '')?.[0] ?? '', shown);
    return { language: 'text', holds, check };
  }
}
