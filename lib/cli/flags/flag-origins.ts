/** Which flags are not from the command line, for errors: a person looks for a mistake where it was made. */

const origins = new Map<string, string>();

/** From now on errors say that the flag, such as `--rate`, is from that file. */
export function noteFlagOrigin(flag: string, file: string): void {
  origins.set(flag, file);
}

/** Forgets them: another command line begins. */
export function forgetFlagOrigins(): void {
  origins.clear();
}

/** The message, and where the flags in it are from if that is a file. */
export function withFlagOrigins(message: string): string {
  if (origins.size === 0) return message;
  const named = new Set(message.match(/--[a-z0-9][\w-]*/g));
  const files = new Map<string, string[]>();
  for (const flag of named) {
    const file = origins.get(flag);
    if (file !== undefined) files.set(file, [...(files.get(file) ?? []), flag]);
  }
  const notes = [...files].map(([file, flags]) => `${flags.join(', ')} ${flags.length === 1 ? 'is' : 'are'} from ${file}`);
  return notes.length === 0 ? message : `${message} (${notes.join('; ')})`;
}
