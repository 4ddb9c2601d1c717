/**
 * What happens on the wire, for subscribers (node:diagnostics_channel). Messages hold sizes, reasons and times, never
 * credentials; only that of a rejection has its record. With no subscriber nothing is built.
 */
import { type Channel, type ChannelListener, channel } from 'node:diagnostics_channel';
import type { Rejection } from '../record/rejection.ts';

/**
 * On the channel `customerio-streams:request`: a request leaves now.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import type { RequestMessage } from 'customerio-streams';
 *
 * subscribe('customerio-streams:request', (message) => {
 *   const { path, bytes, entries, attempt } = message as RequestMessage;
 *   console.error(path, bytes, entries, attempt);
 * });
 * ```
 *
 * @category Metrics
 */
export interface RequestMessage {
  /** When it left, in milliseconds by `clock.now()`. */
  readonly at: number;
  /** Path of the call. */
  readonly path: string;
  /** Bytes of its body. */
  readonly bytes: number;
  /** How many operations it holds. */
  readonly entries: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/**
 * On the channel `customerio-streams:answer`: a request has ended, with an answer or without one. Requests that the writer itself
 * cut off are not among them.
 *
 * @category Metrics
 */
export interface AnswerMessage {
  /** HTTP status; undefined if there was no answer: no connection, a broken one, or a timeout. */
  readonly status: number | undefined;
  /** How long it waited for the rate, in milliseconds. */
  readonly waitedMs: number;
  /** From when it left to the end of the answer, in milliseconds; undefined if it never left. */
  readonly ms: number | undefined;
}

/**
 * On the channel `customerio-streams:retry`: a request failed and is sent again after `delayMs`.
 *
 * @category Metrics
 */
export interface RetryMessage {
  /** Why it failed, such as `HTTP 503`. */
  readonly why: string;
  /** Which attempt failed: 1 for the first. */
  readonly attempt: number;
  /** Milliseconds until it is sent again. */
  readonly delayMs: number;
}

/**
 * On the channel `customerio-streams:wait`: a request waits before it may leave.
 *
 * @category Metrics
 */
export interface WaitMessage {
  /**
   * `rate`: with it, and those that wait before it, more would leave in a second than may. `asked`: the API has asked for a pause,
   * or for a slower pace. `spacing`: there is room, but requests leave evenly spaced. `shared`: the rate is shared, and it is
   * another process's turn.
   */
  readonly why: 'rate' | 'asked' | 'spacing' | 'shared';
  /** Milliseconds that it waits. */
  readonly ms: number;
}

/**
 * On the channel `customerio-streams:rejection`: a row is rejected, by whatever stage. The only message that holds a record.
 *
 * @category Metrics
 */
export interface RejectionMessage {
  /** Why, in one word: a {@link Reason}. */
  readonly reason: string;
  /** The stage that rejected it. */
  readonly stage: string;
  /** The field that is wrong, if there is one. */
  readonly field: string | undefined;
  /** HTTP status of the last answer, if there was one. */
  readonly status: number | undefined;
  /** The rejection, with its record. */
  readonly rejection: Rejection;
}

/**
 * On the channel `customerio-streams:store-wait`: rejected rows wait because their store can't take more, or no longer wait.
 *
 * @category Metrics
 */
export interface StoreWaitMessage {
  /** True if they wait. */
  readonly waiting: boolean;
}

/**
 * On the channel `customerio-streams:shared-rate`: what is known of a rate that several processes share, when it begins or ceases
 * to be shared, and when that changes.
 *
 * @category Metrics
 */
export interface SharedRateMessage {
  /** True while Redis shares the rate. If not, each process sends at a share of its own. */
  readonly up: boolean;
  /** Where Redis is. */
  readonly place: string;
  /** Why it does not share, in words that follow the place. */
  readonly why: string | undefined;
  /** Processes that share the rate. Without Redis: the most that were known lately. */
  readonly processes: number;
  /** Requests a second of all processes together: the smallest rate that one of them was given. */
  readonly requestsPerSecond: number;
  /** Requests a second of this process. Without Redis: its own share. With it: what it gets while all have something to send. */
  readonly share: number;
}

/** A diagnostics channel with a typed message. */
class Typed<M extends object> {
  readonly #channel: Channel;
  constructor(name: string) {
    this.#channel = channel(`customerio-streams:${name}`);
  }
  subscribe(listener: (message: M) => void): void {
    this.#channel.subscribe(listener as ChannelListener);
  }
  unsubscribe(listener: (message: M) => void): void {
    this.#channel.unsubscribe(listener as ChannelListener);
  }
  /** Builds and publishes the message, if anyone listens. */
  publish(message: () => M): void {
    if (this.#channel.hasSubscribers) this.#channel.publish(message());
  }
}

export const requests: Typed<RequestMessage> = new Typed('request');
export const answers: Typed<AnswerMessage> = new Typed('answer');
export const retries: Typed<RetryMessage> = new Typed('retry');
export const waits: Typed<WaitMessage> = new Typed('wait');
export const rejections: Typed<RejectionMessage> = new Typed('rejection');
export const storeWaits: Typed<StoreWaitMessage> = new Typed('store-wait');
export const sharedRates: Typed<SharedRateMessage> = new Typed('shared-rate');
