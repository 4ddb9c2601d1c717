/** The page of a sandbox as a browser loads it, without one: the HTML, all that it names, and all that those import. */

/** A file. */
export interface Loaded {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const NAMED = /(?:src|href)="([^"]+)"|(?:from|import)\s*["']([^"']+)["']/g;

/** Every file by its path. Links to what is no part of the page (`/state`) are not followed. */
export async function crawl(url: string): Promise<Map<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  const load = async (at: URL): Promise<void> => {
    if (loaded.has(at.pathname)) return;
    const response = await fetch(at);
    const text = await response.text();
    loaded.set(at.pathname, { status: response.status, headers: response.headers, text });
    const named = [...text.matchAll(NAMED)].map(([, attribute, module]) => new URL(attribute ?? module ?? '', at));
    for (const next of named) if (next.host === at.host && next.pathname.startsWith('/page/')) await load(next);
  };
  await load(new URL('/', url));
  return loaded;
}
