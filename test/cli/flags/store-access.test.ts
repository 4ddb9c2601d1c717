import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { accessOf } from '../../../lib/cli/flags/store-access.ts';
import { readOptions } from '../../../lib/options.ts';
import { STORE_SHAPE } from '../../../lib/storage/options.ts';

test('flags of object storage are the options of the library', () => {
  assert.deepEqual(accessOf({}), { s3: {}, gcs: {} });
  const role = { s3RoleArn: 'arn', s3ExternalId: 'id' };
  const s3 = { s3Endpoint: 'http://s3', s3Region: 'r', s3PathStyle: false, s3Checksums: 'WHEN_REQUIRED', ...role } as const;
  const access = accessOf({ ...s3, gcsEndpoint: 'http://gcs', gcsProject: 'p', gcsKeyFile: 'key.json' });
  const { s3: ofS3, gcs } = readOptions('test', z.strictObject(STORE_SHAPE), access);
  assert.deepEqual(ofS3, {
    ...{ endpoint: 'http://s3', region: 'r', forcePathStyle: false, requestChecksumCalculation: 'WHEN_REQUIRED' },
    ...{ roleArn: 'arn', externalId: 'id' },
  });
  assert.deepEqual(gcs, { apiEndpoint: 'http://gcs', projectId: 'p', keyFilename: 'key.json' });
  assert.throws(() => accessOf({ s3ExternalId: 'id' }), /--s3-external-id does nothing without --s3-role-arn/);
});
