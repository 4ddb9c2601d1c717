/**
 * Whether rows are still this process's to deliver. A partition of a topic may move to another process while its rows wait here:
 * then the other one reads them again, and what is sent from here as well could overtake.
 */

/** Of all rows of one place, from when it was assigned until it is lost. */
export interface Ownership {
  /** `moving`: it is being decided whether the rows stay here, and until then none of them is sent. A lost place stays lost. */
  readonly state: 'held' | 'moving' | 'lost';
  /** Resolves when the state is no longer `moving`. */
  decided(): Promise<void>;
  /** A request with rows of the place is about to leave. To be called in the same step in which the state was seen to be `held`. */
  requestLeaves(): void;
  /** That request has its reply, or was given up. */
  requestEnds(): void;
}

/** True if the rows of all of them may be sent now. */
export function areHeld(owners: Iterable<Ownership>): boolean {
  for (const owner of owners) if (owner.state !== 'held') return false;
  return true;
}

/** Resolves when none of them is moving. */
export async function allDecided(owners: Iterable<Ownership>): Promise<void> {
  for (const owner of owners) {
    if (owner.state !== 'moving') continue;
    await owner.decided();
    // Another one may have begun to move meanwhile.
    return allDecided(owners);
  }
}
