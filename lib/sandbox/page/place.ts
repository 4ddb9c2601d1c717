/** Where one is: the part of the address after `#`, so that links, bookmarks and the back button work. */

/** A place of the page. */
export interface PagePlace {
  readonly tab: string;
  /** One person or request, instead of a list. */
  readonly id?: string;
  readonly search: string;
  /** From 1. */
  readonly page: number;
}

/** Reads `#/people/<id>?search=ada&page=2`. What is unreadable is the first page of people. */
export function readPlace(hash: string): PagePlace {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [tab = '', id] = path.split('/').map(decoded);
  const params = new URLSearchParams(query);
  const page = Number(params.get('page') ?? 1);
  return {
    tab: tab || 'people',
    ...(id && { id }),
    search: params.get('search') ?? '',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of a place; starts with `#`, whatever the parts hold. */
export function linkTo({ tab, id, search = '', page = 1 }: Partial<PagePlace> & { tab: string }): string {
  const params = new URLSearchParams({ ...(search && { search }), ...(page > 1 && { page: String(page) }) });
  const query = params.size > 0 ? `?${params}` : '';
  return `#/${encodeURIComponent(tab)}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${query}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
