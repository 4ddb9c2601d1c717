/** Partitions in words: `people 0-2, 7; orders 1`. */
import { countOf } from '../../../wording.ts';

/** One of them. */
interface Named {
  readonly topic: string;
  readonly partition: number;
}

/** How many there are, and which. */
export function partitionsText(partitions: readonly Named[]): string {
  if (partitions.length === 0) return 'reading no partitions: other members of the group have them all';
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  const texts = [...topics].sort(([a], [b]) => (a < b ? -1 : 1)).map(([topic, numbers]) => `${topic} ${rangesOf(numbers)}`);
  return `reading ${countOf(partitions.length, 'partition')}: ${texts.join('; ')}`;
}

function rangesOf(numbers: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
