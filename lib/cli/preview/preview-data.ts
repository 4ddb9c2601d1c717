/** A preview as JSON, for programs. */
import type { ConfigObject } from '../config/config-options.ts';
import { type Shown, typeText } from './preview-text.ts';

/** The data. `config`: the flags of the command. */
export function previewData(shown: Shown, config: ConfigObject): object {
  const { label, format, encoding, rows, unread, isCut, kind, isKindGuessed, columns, trial, notes, todo, words } = shown;
  return {
    ...{ input: label, format, encoding, rows, unread, isCut, kind, isKindGuessed },
    columns: columns.map((column) => {
      const { profile, guess, field, attribute } = column;
      const { name, filled, distinct, hasMore, examples, spaced, marks } = profile;
      const { conversion, choices, rest } = guess;
      return {
        ...{ name, type: typeText(column), field, attribute, filled, distinct, hasMore, examples, spaced },
        ...{ nulls: marks.size > 0 ? Object.fromEntries(marks) : undefined, conversion, choices, rest },
      };
    }),
    ...{ trial, notes, todo, config: todo === undefined ? config : undefined, command: todo === undefined ? words.join(' ') : undefined },
  };
}
