/** Requests over time, as a server or a client saw them: how many a second, how evenly, and when all of a rate is used again. */

const SECOND_MS = 1_000;

/** The most that any stretch of one second holds; the times are in order. */
export function mostInOneSecond(timesMs: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [index, atMs] of timesMs.entries()) {
    while (atMs - (timesMs[from] ?? atMs) >= SECOND_MS) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** How many of the times, which are in order, are in the second that ends at each step from the first of them to the last. */
export function countsInEachSecond(timesMs: readonly number[], stepMs: number): number[] {
  const [first = 0, last = 0] = [timesMs[0], timesMs.at(-1)];
  const steps = Math.floor((last - first) / stepMs) + 1;
  return Array.from({ length: steps }, (_, step) => {
    const endMs = first + step * stepMs;
    return timesMs.filter((timeMs) => timeMs <= endMs && timeMs > endMs - SECOND_MS).length;
  });
}

/** From `atMs` to the beginning of the first second that holds `needed` of the times, which are in order; undefined for none. */
export function fullAgainAfter(timesMs: readonly number[], atMs: number, needed: number): number | undefined {
  const after = timesMs.filter((timeMs) => timeMs >= atMs);
  const last = after.findIndex((timeMs, index) => timeMs - (after[index - needed + 1] ?? Number.NEGATIVE_INFINITY) < SECOND_MS);
  return last === -1 ? undefined : Math.max(0, (after[last] as number) - SECOND_MS - atMs);
}

/** How far the count that is farthest from the mean is from it, as a share of the mean. */
export function unevenness(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return Math.max(...counts.map((count) => Math.abs(count / mean - 1)));
}
