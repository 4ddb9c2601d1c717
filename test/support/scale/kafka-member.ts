/** A member in a process of its own. SIGTERM stops it. */
import { type MemberArguments, runMember } from './kafka-run.ts';

const { source, done } = runMember(...(JSON.parse(process.argv[2] ?? '') as MemberArguments));
process.once('SIGTERM', () => source.stop());
const error = await done;
if (error) throw error;
