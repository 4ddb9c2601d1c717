/**
 * News from the sandbox: one EventSource for the whole page (a browser has six connections to a host). It is opened again
 * by the browser, or here if the browser gives up.
 */

/** What the sandbox has done, by kind. */
export type Tally = Readonly<Record<string, number>>;

/** What the line does. */
export type Connection = 'connecting' | 'live' | 'gone';

interface Listener {
  line(state: Connection): void;
  news(counts: Tally): void;
}

const AGAIN_MS = 3_000;

/** Listens for good. */
export function listen(listener: Listener): void {
  const source = new EventSource('/events-stream');
  source.addEventListener('open', () => listener.line('live'));
  source.addEventListener('change', ({ data }) => listener.news(JSON.parse(data).counts));
  source.addEventListener('error', () => {
    listener.line('gone');
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(listener), AGAIN_MS);
  });
}
