/** From a step to a stream's callback: at once if the step is synchronous, so that the per-record path makes no promise. */
type Callback = (error?: Error | null) => void;

/** Runs a step that is synchronous nearly always. It gets its arguments from here, so that no element needs a closure. */
export function callBack<A extends unknown[]>(callback: Callback, run: (...args: A) => unknown, ...args: A): void {
  let result: unknown;
  try {
    result = run(...args);
  } catch (error) {
    return fail(error, callback);
  }
  if (!(result instanceof Promise)) return callback();
  // The callback must not run inside the promise: what it throws would become its rejection.
  result.then(
    () => process.nextTick(callback),
    (error) => fail(error, callback),
  );
}

/** Not at once: a stream that hears of an error within its step takes what it has buffered. */
function fail(error: unknown, callback: Callback): void {
  process.nextTick(callback, thrown(error));
}

/** What was thrown may be nothing, which a stream would take for success. */
export function thrown(error: unknown): Error {
  return (error || new Error('failed without an error')) as Error;
}
