/** The most of these times, in milliseconds, that fall into any one rolling second. */
export function mostInAnySecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 1_000).length));
}
