/** The rules of the reject store, for the fields of `object_storage_config`: so their problems are found with all others. */
import { z } from 'zod';
import { ADDRESS_RULE } from '../../address.ts';
import { isObject } from '../../json/exact.ts';
import { longestName } from '../../reject/naming.ts';
import { fileNameTemplate, pathTemplate, type Template } from '../../reject/template.ts';
import { BUCKET, isPrefix, keyProblem } from '../../storage/location.ts';
import { ENDPOINT, missingKey } from '../../storage/options.ts';

/** The templates that Airbyte's connector uses if they are absent: not those that its form proposes. */
export const DEFAULT_PATH = '{namespace}/{stream_name}/';
export const DEFAULT_FILE_NAME = '{year}_{month}_{day}_{epoch}_{part_number}{format_extension}';

type Refine<T> = (value: T, context: z.RefinementCtx) => void;

/** The name of a bucket. */
export const bucketName: z.ZodString = z
  .string('must be text')
  .regex(BUCKET, 'is not a bucket name: use 3 or more letters, digits, hyphens, underscores and dots');

/** A path that objects can lie below. */
export const checkPrefix: Refine<string> = (text, context) => {
  if (!isPrefix(text)) context.addIssue('can\'t contain control characters, nor "." or ".." as a folder');
};

/** The address of a server; empty is none. */
export const checkEndpoint: Refine<string> = (text, context) => {
  if (text !== '' && !ENDPOINT.safeParse(text).success) context.addIssue(ADDRESS_RULE);
};

/** `path_format`; if empty, there is no folder. */
export const checkPathFormat: Refine<string> = checkTemplate(pathTemplate);
/** `file_name_format`; empty is none. */
export const checkFileNameFormat: Refine<string> = checkTemplate(fileNameTemplate);

function checkTemplate(read: (text: string) => Template): Refine<string> {
  return (text, context) => {
    if (text === '') return;
    for (const problem of read(text).problems) context.addIssue(`can't be used: ${problem}`);
  };
}

const NO_KEY = 'is not a JSON object: paste the whole key file';

/** A key file as text; blank is none. */
export const keyFile: z.ZodString = z
  .string('must be text')
  .regex(/^\s*(\{[\s\S]*)?$/, NO_KEY)
  .refine((text) => text.trim() === '' || readKey(text) !== undefined, NO_KEY);

/** The key in a key file; undefined if there is none. */
export function readKey(text: string): Record<string, unknown> | undefined {
  try {
    const key: unknown = JSON.parse(text);
    return isObject(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** For rules about several fields: a problem of one must not hide them. */
export const ALWAYS: { readonly when: () => boolean } = { when: () => true };

/** Prefix and names together fit in a key. If one of them is wrong by itself, its length says nothing. */
export const checkLength: Refine<Record<string, unknown>> = (storage, context) => {
  const { bucket_path: prefix = '', path_format = DEFAULT_PATH, file_name_format } = storage;
  const name = file_name_format || DEFAULT_FILE_NAME;
  if (typeof prefix !== 'string' || typeof path_format !== 'string' || typeof name !== 'string') return;
  const [path, file] = [pathTemplate(path_format), fileNameTemplate(name)];
  const problem = keyProblem(prefix, longestName(path, file));
  if (problem === undefined || path.problems.length + file.problems.length > 0) return;
  const message = `is too long together with path_format and file_name_format: ${problem}`;
  context.addIssue({ code: 'custom', path: ['bucket_path'], message });
};

/** The two halves of a pair of keys; empty is none. */
export const checkKeys: Refine<Record<string, unknown>> = ({ access_key_id: id, secret_access_key: secret }, context) => {
  const missing = missingKey({ accessKeyId: id ? 'there' : undefined, secretAccessKey: secret ? 'there' : undefined });
  if (missing === undefined) return;
  const [name, other] = missing === 'accessKeyId' ? ['access_key_id', 'secret_access_key'] : ['secret_access_key', 'access_key_id'];
  context.addIssue({ code: 'custom', path: [name as string], message: `is missing: it is needed with ${other}` });
};
