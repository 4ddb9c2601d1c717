/**
 * What the page shows now and how it keeps up: where one is, what was answered for it, and whether somebody reads. While
 * somebody reads (a later page, an open row, scrolled down, paused) nothing moves: what is new is only counted.
 */
import { ask, ControlError, order, type SomeOf } from './control.ts';
import { type Connection, listen, type Tally } from './live.ts';
import { linkTo, type PagePlace, readPlace } from './place.ts';

/** Which answers a place is made of. The first one is its list, if it has one. */
export type PathsOf = (place: PagePlace) => readonly string[];

// Quick enough to look live, and never a flood.
const GAP_MS = 300;
const TYPING_MS = 250;
const SCROLLED_PX = 200;

/** What a client needs to send here; a key of the user's own is not known to the page. */
interface Account {
  readonly siteId: string;
  readonly apiKey?: string;
}

/** Everything that is shown. */
export class Desk {
  place: PagePlace = readPlace(location.hash);
  line: Connection = 'connecting';
  account: Account = { siteId: '...' };
  counts: Tally = {};
  /** How many there are of each collection. */
  totals: Tally = {};
  /** In the order of the paths; undefined while they are awaited. */
  answers: readonly unknown[] | undefined;
  problem: string | undefined;
  /** How many rows came since the list was read. */
  fresh = 0;
  paused = false;
  /** What stands in the search field, before it becomes the place's. */
  draft = this.place.search;
  /** Open rows of the list, with what was answered for each. */
  readonly open = new Map<string, unknown>();
  readonly #pathsOf: PathsOf;
  readonly #paint: () => void;
  #turn = 0;
  #busy = false;
  #isOfOrder = false;
  #dirty = false;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(pathsOf: PathsOf, paint: () => void) {
    this.#pathsOf = pathsOf;
    this.#paint = paint;
  }

  /** Begins to show and to listen. */
  start(): void {
    addEventListener('hashchange', () => this.#arrive());
    listen({ line: (state) => this.#line(state), news: (counts) => this.#news(counts) });
    void this.refresh();
  }

  /** Reads what the place shows again, whoever reads. */
  async refresh(): Promise<void> {
    // An answer that a later question has overtaken is old.
    const turn = ++this.#turn;
    await this.trying(async () => {
      const paths = this.#pathsOf(this.place);
      this.account = await ask('/page/account.json');
      const [state, ...answers] = await Promise.all(['/state?limit=1', ...paths].map((path) => ask<unknown>(path)));
      if (turn !== this.#turn) return;
      this.totals = totalsIn(state);
      this.answers = answers;
      this.fresh = 0;
    });
  }

  /** Does something that may fail; the page then says why. What is read does not clear what was said of an order. */
  async trying(act: () => Promise<void>, isOrder = false): Promise<void> {
    const { place } = this;
    try {
      await act();
      if (place === this.place && (isOrder || !this.#isOfOrder)) this.#say(undefined, false);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      if (error.gone) this.line = 'gone';
      else if (place === this.place) this.#say(error.message, isOrder);
    }
    this.#paint();
  }

  /** Empties the sandbox. */
  async reset(withFaults: boolean): Promise<void> {
    await this.trying(() => order('DELETE', withFaults ? '/state?faults=true' : '/state'), true);
    this.open.clear();
    await this.refresh();
  }

  /** The search field holds `text` now. */
  search(text: string): void {
    this.draft = text;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      history.replaceState(null, '', linkTo({ tab: this.place.tab, search: text.trim() }));
      this.#arrive();
    }, TYPING_MS);
  }

  pause(paused: boolean): void {
    this.paused = paused;
    if (paused) this.#paint();
    else void this.refresh();
  }

  /** Opens or closes a row; `path` gives what it shows beyond its list. */
  async toggle(key: string, path?: string): Promise<void> {
    if (this.open.delete(key)) this.#paint();
    else await this.trying(async () => void this.open.set(key, path && (await ask(path))));
    if (this.open.size === 0 && this.fresh > 0) this.#keepUp();
  }

  #say(problem: string | undefined, isOfOrder: boolean): void {
    this.problem = problem;
    this.#isOfOrder = isOfOrder;
  }

  #arrive(): void {
    const before = this.place;
    this.place = readPlace(location.hash);
    const { tab, id, search, page } = this.place;
    if (tab !== before.tab || id !== before.id) this.answers = undefined;
    if (tab !== before.tab || id !== before.id || page !== before.page) scrollTo(0, 0);
    if (search !== this.draft.trim()) this.draft = search;
    this.open.clear();
    this.#say(undefined, false);
    this.#paint();
    void this.refresh();
  }

  #line(state: Connection): void {
    // Whoever is back may be another sandbox.
    const isBack = this.line === 'gone' && state === 'live';
    this.line = state;
    if (isBack) void this.refresh();
    else this.#paint();
  }

  #news(counts: Tally): void {
    this.counts = counts;
    this.#paint();
    this.#keepUp();
  }

  /** Looks at what is new, now or when the look that is in flight has ended. */
  #keepUp(): void {
    this.#dirty = true;
    if (!this.#busy) void this.#look();
  }

  async #look(): Promise<void> {
    this.#busy = true;
    try {
      do {
        this.#dirty = false;
        if (this.#isRead()) await this.#countFresh();
        else await this.refresh();
        await new Promise((resolve) => setTimeout(resolve, GAP_MS));
      } while (this.#dirty);
    } finally {
      this.#busy = false;
    }
  }

  #isRead(): boolean {
    const isList = this.place.id === undefined;
    return this.paused || (isList && (this.place.page > 1 || this.open.size > 0 || scrollY > SCROLLED_PX));
  }

  async #countFresh(): Promise<void> {
    const { place, answers } = this;
    await this.trying(async () => {
      const [path] = this.#pathsOf(place);
      const [state, list] = await Promise.all(['/state?limit=1', ...(path ? [path] : [])].map((one) => ask<unknown>(one)));
      this.totals = totalsIn(state);
      const [shown] = answers ?? [];
      if (answers === this.answers && isSomeOf(shown) && isSomeOf(list)) this.fresh = Math.max(list.total - shown.total, 0);
    });
  }
}

function isSomeOf(value: unknown): value is SomeOf<unknown> {
  return typeof (value as Partial<SomeOf<unknown>> | undefined)?.total === 'number';
}

/** How many there are of each collection that `GET /state` gives a part of. */
function totalsIn(state: unknown): Tally {
  const parts = Object.entries(state as Record<string, unknown>);
  return Object.fromEntries(parts.flatMap(([name, part]) => (isSomeOf(part) ? [[name, part.total]] : [])));
}
