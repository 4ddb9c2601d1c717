/** Says when the rate is not shared any more, and when it is again; and once if another process brings a smaller rate. */
import { countOf } from '../../../wording.ts';
import { type SharedRateMessage, sharedRates } from '../../../write/diagnostics.ts';

/** Listens until it is closed. */
export class SharedRateNotes {
  readonly #note: (text: string) => void;
  readonly #rate: number | undefined;
  #isDown = false;
  #isWarned = false;

  /** `rate`: of this process. */
  constructor(note: (text: string) => void, rate: number | undefined) {
    this.#note = note;
    this.#rate = rate;
    sharedRates.subscribe(this.#onChange);
  }

  close(): void {
    sharedRates.unsubscribe(this.#onChange);
  }

  readonly #onChange = ({ up, place, why, processes, requestsPerSecond, share }: SharedRateMessage): void => {
    if (!this.#isWarned && this.#rate !== undefined && requestsPerSecond < this.#rate) {
      this.#isWarned = true;
      this.#note(
        `another process shares a rate of ${inSecond(requestsPerSecond)}: that counts for all, and not the ${this.#rate} of --rate`,
      );
    }
    if (up === !this.#isDown) return;
    this.#isDown = !up;
    const whole = inSecond(requestsPerSecond);
    if (up) this.#note(`Redis at ${place} is back: the rate of ${whole} is shared again`);
    else
      this.#note(
        `Redis at ${place} ${why}: until it is back, this process sends at most ${inSecond(share)}, a share of ${whole} for ${countOf(processes, 'process', 'processes')}`,
      );
  };
}

function inSecond(requests: number): string {
  return `${countOf(Math.round(requests * 100) / 100, 'request')} a second`;
}
