/** Permits that are over at some time: a request that leaves later, because its connection had to be opened, needs another. */
import type { Clock } from '../../clock.ts';
import { Permit, TooLate } from '../request/rate-window.ts';
import type { Slot } from './slots-in-hand.ts';
import type { Tardiness } from './tardiness.ts';

/** Of a slot. */
export function slotPermit(clock: Clock, { endsAt }: Slot, tardiness: Tardiness): Permit {
  return new Permit((isSent) => {
    const now = clock.now();
    if (!isSent) return now;
    if (now < endsAt) tardiness.inTime();
    else {
      tardiness.late();
      throw new TooLate();
    }
    return now;
  });
}

/** Of the own share, which may end when `permit` is given already. */
export function ownPermit(clock: Clock, permit: Permit, endsAt: () => number, onSent: (at: number) => void): Permit {
  return new Permit((isSent) => {
    const now = clock.now();
    const isInTime = isSent && now < endsAt();
    if (isInTime) onSent(permit.sent());
    else permit.release();
    if (isSent && !isInTime) throw new TooLate();
    return now;
  });
}
