/**
 * From a step to a stream's callback: at once where the step is synchronous, so that the per-record path makes no promise.
 */
type Callback = (error?: Error | null) => void;

/** Runs a step that is synchronous nearly always. */
export function callBack(run: () => unknown, callback: Callback): void {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    return failed(error, callback);
  }
  settled(result, callback);
}

/**
 * Not at once: a stream that is told of an error within its step goes on with what it has buffered. And what is thrown
 * may be nothing, which a stream would take for success.
 */
export function failed(error: unknown, callback: Callback): void {
  process.nextTick(callback, error || new Error('failed without an error'));
}

/** Calls back once `result` is there. */
export function settled(result: unknown, callback: Callback): void {
  if (!(result instanceof Promise)) return callback();
  // The callback must not run inside the promise: what it throws would become its rejection.
  result.then(
    () => process.nextTick(callback),
    (error) => failed(error, callback),
  );
}
