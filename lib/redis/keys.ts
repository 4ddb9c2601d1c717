/** What our keys in Redis begin with: all that belongs to a workspace, in one slot of a cluster. */
import { createHash } from 'node:crypto';

const HASH_LETTERS = 16;

/** `cio:{hash of the site id}`. The braces are Redis' own: what is in them chooses the slot. */
export function redisKeyPrefix(siteId: string): string {
  return `cio:{${createHash('sha256').update(siteId).digest('hex').slice(0, HASH_LETTERS)}}`;
}
