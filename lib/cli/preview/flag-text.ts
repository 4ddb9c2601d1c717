/** One flag as it is typed, for a sentence from which it is pasted. */
import { commandWords } from '../config/command-text.ts';

/** `--column a=b`, by the key that a config has for it. */
export function flagText(key: string, value: string): string {
  return commandWords('events', undefined, { [key]: [value] })
    .slice(1)
    .join(' ');
}
