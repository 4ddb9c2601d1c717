/**
 * From a step to a stream's callback: at once where the step is synchronous, so that the per-record path makes no promise.
 */
type Callback = (error?: Error | null) => void;

/** Runs a step that is synchronous nearly always. */
export function settle(run: () => unknown, callback: Callback): void {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    return callback(error as Error);
  }
  settled(result, callback);
}

/** Calls back once `result` is there. */
export function settled(result: unknown, callback: Callback): void {
  if (!(result instanceof Promise)) return callback();
  // The callback must not run inside the promise: what it throws would become its rejection.
  result.then(
    () => process.nextTick(callback),
    (error) => process.nextTick(callback, error),
  );
}
