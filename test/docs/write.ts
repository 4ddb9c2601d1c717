/** `npm run readme`: puts the tables into the README, and makes docs/speed.md and its chart of the results that are kept. */
import { writePage } from '../../bench/page/write.ts';

writePage();
