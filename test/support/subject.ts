/** Subjects of dedupe by numbers that a test can name. */
import { bigintOf, halvesOf } from '../../lib/dedupe/halves.ts';
import { Subject } from '../../lib/dedupe/subject.ts';
import type { SkipReason } from '../../lib/record/skipped.ts';

/** The subject with this key and value. */
export function subjectOf(key: bigint, value: bigint | undefined, reason: SkipReason = 'unchanged'): Subject {
  const [keyFirst = 0, keySecond = 0] = halvesOf(key);
  const [valueFirst = 0, valueSecond = 0] = halvesOf(value ?? 0n);
  return Object.assign(new Subject(), { keyFirst, keySecond, hasValue: value !== undefined, valueFirst, valueSecond, reason });
}

/** The key of a subject, its value and its reason. */
export function readSubject(subject: Subject): { key: bigint; value: bigint | undefined; reason: SkipReason } {
  const { keyFirst, keySecond, hasValue, valueFirst, valueSecond, reason } = subject;
  return { key: bigintOf(keyFirst, keySecond), value: hasValue ? bigintOf(valueFirst, valueSecond) : undefined, reason };
}
