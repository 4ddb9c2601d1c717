/**
 * How many random cases a property test tries. The numbers in the tests are those of a long run; for people `npm test` tries
 * a tenth of them, which finds the same kinds of faults in minutes. CIO_RUNS=1 tries them all, CIO_RUNS=10 ten times as many.
 */
const SHARE = Number(process.env.CIO_RUNS ?? 0.1);
const FEWEST = 25;

/** True for a run that has the time for large cases. */
export const isLong: boolean = SHARE >= 1;

/** `cases` in a long run, and in this one as many as CIO_RUNS says. */
export function runs(cases: number): number {
  return Math.max(Math.min(cases, FEWEST), Math.ceil(cases * SHARE));
}
