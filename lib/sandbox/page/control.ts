/** The sandbox's control API, as the page asks it. Every failure has a sentence that can be shown. */
import { readExact } from './exact.ts';

/** A part of a collection. */
export interface SomeOf<T> {
  readonly total: number;
  readonly offset: number;
  readonly items: readonly T[];
}

/** Whether nobody answered, or the sandbox said no; the message says which. */
export class ControlError extends Error {
  readonly gone: boolean;

  constructor(message: string, gone = false) {
    super(message);
    this.gone = gone;
  }
}

/** Reads. */
export function ask<T>(path: string): Promise<T> {
  return call('GET', path) as Promise<T>;
}

/** Changes something. `body` is JSON text. */
export async function order(method: 'POST' | 'DELETE', path: string, body?: string): Promise<void> {
  await call(method, path, body);
}

async function call(method: string, path: string, body?: string): Promise<unknown> {
  const json = { 'content-type': 'application/json' };
  const init = body === undefined ? { method } : { method, body, headers: json };
  const response = await fetch(path, { ...init, cache: 'no-store' }).catch(() => undefined);
  const text = await response?.text().catch(() => undefined);
  if (response === undefined || text === undefined) throw new ControlError('The sandbox does not answer.', true);
  if (!response.ok) throw new ControlError(refusalIn(text) ?? `The sandbox answered ${response.status}.`);
  return text === '' ? undefined : readExact(text);
}

function refusalIn(text: string): string | undefined {
  try {
    const message = JSON.parse(text)?.meta?.error;
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
