/** How the reference is made. The rest of the options is explained in https://typedoc.org/documents/Options.html */
import { ERROR_CODES, REASONS, SKIP_REASONS, WARNINGS } from '../dist/lib/index.js';

/** In these tables each name has its meaning as its value: another text about it would say the same. */
const explained = (table, name) =>
  Object.entries(table).flatMap(([key, value]) => [
    `${name}.__type.${key}`,
    ...(typeof value === 'object' ? explained(value, `${name}.__type.${key}`) : []),
  ]);

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'customerio-streams',
  // The declarations: over the sources TypeScript 6 reports errors that TypeScript 7 does not.
  entryPoints: ['../dist/lib/index.d.ts'],
  tsconfig: 'tsconfig.json',
  readme: 'README.md',
  out: 'out',
  includeVersion: true,
  excludeInternal: true,
  excludeExternals: true,
  disableSources: true,
  hideGenerator: true,
  includeHierarchySummary: false,
  customCss: 'page.css',
  githubPages: false,
  // A map and not an alphabet: by what things are for, in the order of a pipeline.
  sort: ['kind', 'source-order'],
  kindSortOrder: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable', 'Constructor', 'Accessor', 'Property', 'Method'],
  categorizeByGroup: false,
  categoryOrder: ['Sources', 'Stages', 'Writer', 'Rejects', 'Dedupe', 'Sandbox', 'Checks', 'Metrics', 'Errors', 'Elements', '*'],
  navigation: { includeCategories: true, includeGroups: false, excludeReferences: true },
  validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
  intentionallyNotDocumented: [
    ...explained(ERROR_CODES, 'ERROR_CODES'),
    ...explained(REASONS, 'REASONS'),
    ...explained(SKIP_REASONS, 'SKIP_REASONS'),
    ...explained(WARNINGS, 'WARNINGS'),
  ],
  treatWarningsAsErrors: true,
};
