/** Calls back when `run` is done: at once where it is synchronous, so that the per-record path makes no promise. */
export function settle(run: () => unknown, callback: (error?: Error | null) => void): void {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    return callback(error as Error);
  }
  if (!(result instanceof Promise)) return callback();
  // The callback must not run inside the promise: what it throws would become its rejection.
  result.then(
    () => process.nextTick(callback),
    (error) => process.nextTick(callback, error),
  );
}
