import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import {
  type Action,
  type ObjectStore,
  openedFor,
  rejectStoreError,
  storageError,
  storageErrorOf,
  systemFailure,
} from '../../lib/storage/object-store.ts';

const SYSTEM = Object.assign(new Error('no space'), { code: 'ENOSPC' });

/** A store that only says what its errors mean. */
function storeOf(open: () => Promise<void>): ObjectStore {
  const explain = (cause: unknown, action: Action): unknown => ({ why: `no ${action}`, transient: true, cause: String(cause) });
  return { location: 's3://bucket', open, explain } as unknown as ObjectStore;
}

test('an error names what was being done, and the place', () => {
  const says = (action: Action): string => storageError('s3://bucket', action, { why: 'it is gone', cause: SYSTEM }).message;
  assert.deepEqual((['write', 'read', 'list', 'delete'] as const).map(says), [
    "rejected rows can't be stored in s3://bucket: it is gone",
    "rejected rows can't be read from s3://bucket: it is gone",
    "rejected rows can't be listed in s3://bucket: it is gone",
    "rejected rows can't be deleted from s3://bucket: it is gone",
  ]);
  const { code, cause } = storageError('x', 'read', { why: 'no', cause: SYSTEM });
  assert.deepEqual([code, cause], ['CIO_REJECT_STORE', SYSTEM]);
});

test('what the store makes of a foreign error is kept, not the error; one of ours stays as it is', () => {
  const store = storeOf(async () => {});
  const error = storageErrorOf(store, 'list', SYSTEM);
  assert.deepEqual([error.message, error.cause], ["rejected rows can't be listed in s3://bucket: no list", 'Error: no space']);
  const own = new CioError('CIO_OPTIONS', 'not installed');
  assert.equal(storageErrorOf(store, 'list', own), own);
  assert.equal(rejectStoreError('x', own), own);
});

test('a store that does not open says so for the action it was to open for', async () => {
  await openedFor(
    storeOf(async () => {}),
    'read',
  );
  await assert.rejects(
    openedFor(
      storeOf(() => Promise.reject(SYSTEM)),
      'read',
    ),
    {
      code: 'CIO_REJECT_STORE',
      message: "rejected rows can't be read from s3://bucket: no read",
    },
  );
});

test('an error of the system is in words and final; anything else just failed', () => {
  assert.deepEqual(systemFailure(SYSTEM), { why: 'no space left (ENOSPC)', transient: false, cause: SYSTEM });
  assert.equal(systemFailure(undefined).why, 'it failed');
  assert.equal(rejectStoreError('/data', SYSTEM).message, "rejected rows can't be stored in /data: no space left (ENOSPC)");
});
