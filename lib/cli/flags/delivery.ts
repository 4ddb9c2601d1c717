/** How entries are delivered: the flags as trackWriter() wants them. */
import { TRACK_WRITER_SHAPE, type TrackWriterOptions } from '../../write/options.ts';
import { optionsFrom } from './flag.ts';
import type { PipelineFlags } from './flags.ts';

/** The options but those of the account: where it is has been found out. */
export function deliveryOf(flags: PipelineFlags): Partial<TrackWriterOptions> {
  const { region: _region, baseUrl: _baseUrl, ...delivery } = optionsFrom(TRACK_WRITER_SHAPE, flags);
  return delivery;
}
