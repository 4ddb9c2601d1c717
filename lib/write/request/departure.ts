/**
 * The moment in which a request is written to its connection. undici lets a request wait while its connection is being
 * opened, behind a proxy or TLS for tenths of a second: only its handler is told when that is over.
 */
import type { Dispatcher } from 'undici';

type Head = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>;

/** undici's types do not name its methods. */
type Decorator = new (
  handler: Dispatcher.DispatchHandler,
) => {
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void;
  onResponseStart(...head: Head): void;
};

const FIRST_FINAL = 200;

/** A dispatcher that calls `onStart` when its requests leave, and hears of nothing but the answer. */
export async function withDeparture(dispatcher: Dispatcher, onStart: () => void): Promise<Dispatcher> {
  const { DecoratorHandler } = await import('undici');
  class Announced extends (DecoratorHandler as Decorator) {
    override onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
      onStart();
      super.onRequestStart(controller, context);
    }
    /** Hints before the answer (102, 103) are for browsers. undici's decorator takes the answer behind them for a second one. */
    override onResponseStart(...head: Head): void {
      if (head[1] >= FIRST_FINAL) super.onResponseStart(...head);
    }
  }
  return dispatcher.compose((dispatch) => (options, handler) => dispatch(options, new Announced(handler)));
}
