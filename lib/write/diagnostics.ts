/**
 * What happens on the wire, for subscribers (node:diagnostics_channel). Messages hold sizes, reasons and times, never
 * credentials; only that of a rejection has its record. With no subscriber nothing is built.
 */
import { type Channel, type ChannelListener, channel } from 'node:diagnostics_channel';
import type { Rejection } from '../record/rejection.ts';

/** A request leaves now. */
export interface RequestMessage {
  /** `clock.now()` when it left, in milliseconds. */
  readonly at: number;
  readonly path: string;
  readonly bytes: number;
  readonly entries: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** A request has ended, with an answer or without one. What the writer itself has cut off is not among them. */
export interface AnswerMessage {
  /** HTTP status; undefined if there was no answer: no connection, a broken one, or a timeout. */
  readonly status: number | undefined;
  /** How long it waited for the rate, in milliseconds. */
  readonly waitedMs: number;
  /** From when it left to the end of the answer, in milliseconds; undefined if it never left. */
  readonly ms: number | undefined;
}

/** A request failed for now and is sent again after `delayMs`. */
export interface RetryMessage {
  readonly why: string;
  readonly attempt: number;
  readonly delayMs: number;
}

/** A request waits `ms` before it may leave. */
export interface WaitMessage {
  /**
   * `rate`: with it, and those that wait before it, more would leave in a second than may. `asked`: the API has asked for quiet, or
   * for a slower pace. `spacing`: there is room, but requests leave evenly spaced. `shared`: the rate is shared, and it is not this
   * process's turn.
   */
  readonly why: 'rate' | 'asked' | 'spacing' | 'shared';
  readonly ms: number;
}

/** A record is rejected, by whatever stage. */
export interface RejectionMessage {
  readonly reason: string;
  readonly stage: string;
  readonly field: string | undefined;
  readonly status: number | undefined;
  /** With its record. */
  readonly rejection: Rejection;
}

/** Rejections wait until the reject store can take more, or wait no longer. */
export interface StoreWaitMessage {
  readonly waiting: boolean;
}

/** What is known of a rate that several processes share: when it begins or ends to be shared, and when that changes. */
export interface SharedRateMessage {
  /** Redis shares the rate; if not, each process sends at a share of its own. */
  readonly up: boolean;
  /** Where Redis is. */
  readonly place: string;
  /** Why it does not share, in words that follow the place. */
  readonly why: string | undefined;
  /** Processes that share the rate; without Redis the most that were known lately. */
  readonly processes: number;
  /** Requests a second, of all together: the smallest rate that one of them was given. */
  readonly requestsPerSecond: number;
  /** Requests a second of this process: without Redis its own share; with it what it gets while all have something to send. */
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
