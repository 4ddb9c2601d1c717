/**
 * The connector's configuration: the fields of Airbyte's own connector, 0.0.3 to 0.0.10, and ours. One zod schema reads
 * it and makes the JSON schema that `spec` shows. Unknown fields are logged, not refused: Airbyte adds some.
 */
import { z } from 'zod';
import { ADDRESS_RULE } from '../../address.ts';
import { isObject } from '../../json/exact.ts';
import { unknownName } from '../../options.ts';
import { CREDENTIAL_RULE, isCredential } from '../../secrets.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../../track/limits.ts';
import { DEFAULT_CONCURRENCY } from '../../write/options.ts';
import type { Account } from '../../write/request/locate.ts';
import { type Read, readWith } from './problems.ts';
import { STORAGE } from './storage.ts';

/** What the rows of a stream can become; the first two are those of Airbyte's own connector. */
export const OBJECT_NAMES = ['person_identify', 'person_event', 'object_identify', 'person_relationship'] as const;

/** A destination object. */
export type ObjectName = (typeof OBJECT_NAMES)[number];

function credential(title: string, order: number) {
  const description = 'Find it in Customer.io under Settings > API Credentials > Track API Keys.';
  return z
    .string('must be text')
    .regex(/\S/, 'must not be empty')
    .trim()
    .refine(isCredential, CREDENTIAL_RULE)
    .meta({ title, order, description, airbyte_secret: true });
}

const IDENTIFIERS = ['email', 'id', 'cio_id', 'phone'] as const;

/** The schema of {@link Config}. */
export const CONFIG = z
  .object({
    credentials: z
      .object({ siteId: credential('Site ID', 1), apiKey: credential('API Key', 2) }, 'must be an object')
      .meta({ title: 'Credentials', order: 0, description: 'Track API credentials of the workspace to load into.' }),
    region: z
      .enum(['auto', 'us', 'eu'], "must be 'auto', 'us' or 'eu'")
      .default('auto')
      .meta({ title: 'Region', order: 1, description: 'Data center of the workspace. With auto, the connector asks Customer.io.' }),
    identifierType: z
      .enum(IDENTIFIERS, `must be one of ${IDENTIFIERS.join(', ')}`)
      .default('email')
      .meta({
        title: 'Identifier Type',
        order: 2,
        description: 'What identifies a person. The value comes from the field person_email, person_id, person_cio_id or person_phone.',
      }),
    default_object: z
      .enum(OBJECT_NAMES, `must be one of ${OBJECT_NAMES.join(', ')}`)
      .optional()
      .meta({
        title: 'Default Object',
        order: 3,
        description: 'Destination object for streams that neither set one nor have the name of one.',
      }),
    requests_per_second: z
      .number('must be a number')
      .positive('must be more than 0')
      .max(1_000_000, 'must not be more than 1,000,000')
      .default(DEFAULT_REQUESTS_PER_SECOND)
      .meta({ title: 'Requests per Second', order: 4, description: 'Maximum number of API requests in any one second.' }),
    concurrency: z
      .int('must be a whole number')
      .min(1, 'must be 1 or more')
      .max(1_000, 'must not be more than 1,000')
      .default(DEFAULT_CONCURRENCY)
      .meta({
        title: 'Concurrency',
        order: 5,
        description: 'Maximum number of API requests in flight at once. Records of one person always keep their order.',
      }),
    dedupe_directory: z.string('must be text').optional().meta({
      title: 'Dedupe Directory',
      order: 6,
      description:
        'Folder on a volume that outlives the sync. If set, unchanged people and events that were already delivered are skipped.',
    }),
    strict: z.boolean('must be true or false').default(false).meta({
      title: 'Strict Mode',
      order: 7,
      description: 'Fail the sync if a line of the input is not an Airbyte message, instead of rejecting that line.',
    }),
    object_storage_config: STORAGE,
    api_base_url: z
      .string('must be text')
      .regex(/^(https?:\/\/[^\s@?#]+)?$/, ADDRESS_RULE)
      .refine((url) => url === '' || URL.canParse(url), ADDRESS_RULE)
      .optional()
      .meta({
        title: 'API Base URL',
        order: 10,
        description: 'Send to this address instead of Customer.io, such as a sandbox. The region is then ignored.',
      }),
  })
  .meta({ title: 'Customer.io' });

/** The configuration with its defaults. */
export type Config = z.output<typeof CONFIG>;

const STORAGE_FIELD = 'object_storage_config';
/** How the first releases of Airbyte's connector spelled it: if it counted as an unknown field, rejected records would not be kept. */
const EARLY_STORAGE_FIELD = 'objectStorageConfig';

/** Reads a configuration: its data, or its problems; and what is unknown in it. */
export function readConfig(value: unknown): Read<Config> & { unknown: readonly string[] } {
  if (!isObject(value)) return { problems: ['must be a JSON object'], unknown: [] };
  const { [EARLY_STORAGE_FIELD]: early, ...others } = value;
  const known = Object.keys(CONFIG.shape);
  const names = Object.keys(others).filter((name) => !known.includes(name));
  const unknown = names.map((name) => unknownName('field', name, known));
  const isEarly = early !== undefined && early !== null;
  const isTwice = isEarly && Object.hasOwn(others, STORAGE_FIELD);
  const spelled = isEarly && !isTwice ? EARLY_STORAGE_FIELD : STORAGE_FIELD;
  const given = spelled === EARLY_STORAGE_FIELD ? { ...others, [STORAGE_FIELD]: early } : others;
  const read = readWith(CONFIG, given, (path) => path.map((name, index) => (index === 0 && name === STORAGE_FIELD ? spelled : name)));
  if ('data' in read && !isTwice) return { ...read, unknown: [...unknown, ...unreadFields(given, read.data)] };
  const twice = isTwice ? [`${EARLY_STORAGE_FIELD} is set as well as ${STORAGE_FIELD}: keep one`] : [];
  return { problems: [...twice, ...('problems' in read ? read.problems : [])], unknown };
}

/** Fields inside of others that were not read, such as a compression inside of the format. */
function unreadFields(given: Record<string, unknown>, read: object, path = ''): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(read, name)) return path === '' ? [] : [`unknown field "${path}${name}"`];
    return isObject(value) ? unreadFields(value, Object(Reflect.get(read, name)), `${path}${name}.`) : [];
  });
}

/** What a catalog needs of a configuration, whatever else is wrong with it; undefined if that part is wrong. */
export function defaultsOf(value: unknown): Pick<Config, 'default_object'> | undefined {
  return CONFIG.pick({ default_object: true }).safeParse(value).data;
}

/** The account that it names. */
export function accountOfConfig({ credentials, region, api_base_url: baseUrl }: Config): Account {
  return { ...credentials, region, ...(baseUrl ? { baseUrl } : {}) };
}
