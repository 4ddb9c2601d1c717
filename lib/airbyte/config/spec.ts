/** `spec`: what can be configured, as Airbyte's form shows it. */
import { z } from 'zod';
import { SYNC_MODES } from '../catalog/catalog.ts';
import { CONFIG } from './config.ts';

const DOCUMENTATION = 'https://www.npmjs.com/package/customerio-streams';

/** The SPEC message's content. */
export function connectorSpec(): object {
  return {
    documentationUrl: DOCUMENTATION,
    connectionSpecification: z.toJSONSchema(CONFIG, { target: 'draft-7', io: 'input' }),
    supportsIncremental: true,
    supported_destination_sync_modes: SYNC_MODES,
  };
}
