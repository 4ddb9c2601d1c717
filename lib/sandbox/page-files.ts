/**
 * The page's files, as the build has put them beside this one (page/). The page may load what is here and nothing else:
 * no script or style stands in its HTML, so what arrived can never become one.
 */
import { readFile } from 'node:fs/promises';
import type { ApiReply } from './api.ts';

const FOLDER = new URL('./page/', import.meta.url);
/** Without a dot in a folder's name there is no way out of the folder. */
const NAME = /^(?:[\w-]+\/)*[\w-]+\.(js|css|svg|html)$/;
const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  html: 'text/html; charset=utf-8',
};

/** The reply with a file; undefined if there is none of that name. */
export async function pageFile(name: string): Promise<ApiReply | undefined> {
  const [, end = ''] = NAME.exec(name) ?? [];
  const type = TYPES[end];
  if (type === undefined) return undefined;
  const body = await readFile(new URL(name, FOLDER), 'utf8').catch(() => undefined);
  if (body === undefined) return undefined;
  // The next sandbox at this address may be of another version.
  const headers = { 'content-type': type, 'content-security-policy': "default-src 'self'", 'cache-control': 'no-cache' };
  return { status: 200, headers, body };
}
