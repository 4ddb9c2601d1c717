/** What the user is asked if rows may be people or events. */
import { countOf, number } from '../../../wording.ts';
import type { KindDoubt } from '../columns/kind-guess.ts';
import { quoted } from './quoted.ts';

/** In words. */
export function kindQuestion({ rows, name, time, repeated }: KindDoubt): string {
  const names = name === undefined ? [] : [`${quoted(name.name)} may hold names of events`];
  const times = time === undefined ? [] : [`${quoted(time.name)} may say when they happened`];
  const repeats = repeated === undefined ? [] : [`${number(repeated)} of ${countOf(rows, 'row')} are about a person of an earlier row`];
  const why = [...repeats, ...names, ...times].join(', and ');
  const event = name === undefined ? '--event NAME (what happened, such as order_placed)' : '--kind events';
  return `No command yet: a row may be a person or an event. ${why}. If each row is something that happened, run preview again with ${event}; if it describes a person, with --kind people.`;
}
