/** fast-check with the seed of the run. Every test takes it from here: to load it costs a test without random cases half its time. */
import fc from 'fast-check';
import { SEED } from './seed.ts';

fc.configureGlobal({ seed: SEED });

export default fc;
