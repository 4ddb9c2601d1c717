/**
 * `npm run readme`: puts the tables into the README, and makes docs/performance.md and its chart of the results that are kept,
 * and the JSON schema of config files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { writePage } from '../../bench/page/write.ts';
import { CONFIG_SCHEMA_FILE, configSchemaText } from './config-schema.ts';

writePage();
mkdirSync('schema', { recursive: true });
writeFileSync(CONFIG_SCHEMA_FILE, configSchemaText());
