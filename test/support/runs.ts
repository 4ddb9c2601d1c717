/**
 * How many cases a test tries that has very many. The numbers in the tests are those of a long run; for people `npm test` tries
 * a twentieth of them, which finds the same kinds of faults in minutes. CIO_RUNS=1 tries them all, CIO_RUNS=10 ten times as many.
 */
const SHARE = Number(process.env.CIO_RUNS ?? 0.05);
const FEWEST = 20;

/** True for a run that has the time for large cases. */
export const isLong: boolean = SHARE >= 1;

/** For `skip` of a test that only a long run has the time for. */
export const onlyLong: string | false = !isLong && 'a long test: CIO_RUNS=1';

/** `cases` in a long run, and in this one as many as CIO_RUNS says. */
export function runs(cases: number): number {
  return Math.max(Math.min(cases, FEWEST), Math.ceil(cases * SHARE));
}

/** All of these places, sizes or kinds in a long run; in this one the first, the one in the middle and the last. */
export function some<T>(all: readonly T[]): readonly T[] {
  const shown = new Set([0, all.length >> 1, all.length - 1]);
  return isLong ? all : all.filter((_, at) => shown.has(at));
}
