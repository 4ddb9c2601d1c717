/** A script with the official client, which tries again by itself: see load.ts for the rest. */
import { TrackClient } from 'customerio-node';
import { load, type Refused, url } from './load.ts';

const client = new TrackClient(process.env.SITE_ID ?? '', process.env.API_KEY ?? '', { url: `${url}/api/v1` });

await load(async (batch) => ((await client.batch(batch)) as { errors?: Refused[] }).errors ?? []);
