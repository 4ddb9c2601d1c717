/**
 * The Track API as delivery sees it: calls that keep the rate, found and opened once. With `dryRun` nobody is reached:
 * what would be sent is counted, and accepted.
 */
import { REGION_URLS } from '../../track/region.ts';
import type { TrackWriterSettings } from '../options.ts';
import type { Summary } from '../summary.ts';
import { type Call, type CallResult, Client } from './client.ts';
import { locate } from './locate.ts';
import { openPace } from './open-pace.ts';
import type { Pace } from './rate-window.ts';

/** Takes calls. */
export interface TrackApi {
  /** Sends one request, when the rate allows it. */
  call(call: Call): Promise<CallResult>;
  /** The API asked for quiet. */
  pause(ms: number): void;
  close(): Promise<void>;
}

/** Asks in which region the account lives, if that is not said, and opens the connections. */
export async function openTrackApi(settings: TrackWriterSettings, signal: AbortSignal, summary: Summary): Promise<TrackApi> {
  if (settings.dryRun) return dryRun(summary, settings.onDryBody);
  const pacer = await openPace(settings, signal);
  try {
    const client = new Client({ ...settings, baseUrl: new URL(await addressOf(settings, signal, pacer)), signal, pacer });
    await client.open();
    return {
      call: (call) => client.call(call),
      pause: (ms) => pacer.pause(ms),
      close: async () => {
        await Promise.all([pacer.stop(), client.close()]);
      },
    };
  } catch (error) {
    await pacer.stop();
    throw error;
  }
}

async function addressOf(settings: TrackWriterSettings, signal: AbortSignal, pacer: Pace): Promise<string> {
  const { baseUrl, region } = settings;
  if (baseUrl !== undefined) return baseUrl;
  return region === 'auto' ? (await locate({ ...settings, region }, { ...settings, signal, pacer })).baseUrl : REGION_URLS[region];
}

function dryRun(summary: Summary, onBody: TrackWriterSettings['onDryBody']): TrackApi {
  return {
    call: async ({ body }) => {
      summary.requests++;
      summary.bytes += body?.length ?? 0;
      if (body !== undefined) onBody?.(body);
      return { status: 200, text: '', askedMs: undefined };
    },
    pause: () => {},
    close: async () => {},
  };
}
