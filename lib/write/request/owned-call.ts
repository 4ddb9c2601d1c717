/**
 * A request with rows of places that may move to another process. It leaves only while all of them are ours, even if it had to wait
 * for its turn; and whoever moves a place knows which requests are on the wire.
 */
import { allDecided, areHeld, type Ownership } from '../../record/place.ts';
import type { Call, CallResult } from './client.ts';
import type { TrackApi } from './track-api.ts';

/** Sends it, once it is decided whose the places are. Undefined, and nothing is sent, if one of them is lost. */
export async function callAsOwner(
  api: TrackApi,
  call: Call,
  owners: ReadonlySet<Ownership>,
  signal: AbortSignal,
): Promise<CallResult | undefined> {
  for (;;) {
    await orAborted(allDecided(owners), signal);
    for (const { state } of owners) if (state === 'lost') return undefined;
    let hasLeft = 0;
    let isHeldBack = false;
    const mayLeave = (): boolean => {
      isHeldBack = !areHeld(owners);
      return !isHeldBack;
    };
    const onSent = (at: number): void => {
      hasLeft++;
      for (const owner of owners) owner.requestLeaves();
      call.onSent?.(at);
    };
    try {
      const reply = await api.call({ ...call, mayLeave, onSent });
      if (!isHeldBack) return reply;
    } finally {
      for (; hasLeft > 0; hasLeft--) for (const owner of owners) owner.requestEnds();
    }
  }
}

/** The same, but rejects with the signal's reason when that aborts first. */
async function orAborted(decided: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let onAbort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([decided, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
