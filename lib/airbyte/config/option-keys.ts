/** What the connector calls the options of the library: the keys of its configuration. */
import type { NameOf } from '../../wording.ts';

const STORAGE = 'object_storage_config';

/** Key by function and path; a function alone is what all its options are configured by. A test holds both sides. */
export const OPTION_KEYS: Readonly<Record<string, string>> = {
  'trackWriter.siteId': 'credentials.siteId',
  'trackWriter.apiKey': 'credentials.apiKey',
  'trackWriter.region': 'region',
  'trackWriter.baseUrl': 'api_base_url',
  'trackWriter.concurrency': 'concurrency',
  'trackWriter.requestsPerSecond': 'requests_per_second',
  'validate.identifier': 'identifierType',
  'lmdbStore.path': 'dedupe_directory',
  rejectWriter: STORAGE,
  'rejectWriter.format': `${STORAGE}.format.format_type`,
  'rejectWriter.flattening': `${STORAGE}.format.flattening`,
  'rejectWriter.compression': `${STORAGE}.compression`,
  'rejectWriter.pathFormat': `${STORAGE}.path_format`,
  'rejectWriter.fileNameFormat': `${STORAGE}.file_name_format`,
  'rejectWriter.s3.endpoint': `${STORAGE}.s3_endpoint`,
  'rejectWriter.s3.region': `${STORAGE}.s3_bucket_region`,
  'rejectWriter.s3.accessKeyId': `${STORAGE}.access_key_id`,
  'rejectWriter.s3.secretAccessKey': `${STORAGE}.secret_access_key`,
  'rejectWriter.s3.roleArn': `${STORAGE}.role_arn`,
  'rejectWriter.gcs.apiEndpoint': `${STORAGE}.gcs_endpoint`,
  'rejectWriter.gcs.credentials': `${STORAGE}.service_account_json`,
};

/** The key of an option; a store is configured alike whoever reaches it. */
export const keyOf: NameOf = (of, path) => {
  const who = of === 'checkStore' ? 'rejectWriter' : of;
  return OPTION_KEYS[path === '' ? who : `${who}.${path}`] ?? (who === 'rejectWriter' ? OPTION_KEYS[who] : undefined);
};
