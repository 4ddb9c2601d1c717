/** A deadline with a name: a test whose streams hang fails, and says what it waited for. */

/** Nothing that a test waits for takes so long. */
const DEADLINE_MS = 60_000;

/** The result of the promise. Fails with `what` if it takes too long. */
export async function within<T>(promise: Promise<T>, what: () => string, deadlineMs: number = DEADLINE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(what())), deadlineMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
