/**
 * Loaded before a program that is measured as a whole, start-up and all: when the program exits, what the process has used
 * goes to file descriptor 3. Node itself has no way to ask for the usage of a child.
 */
import { writeSync } from 'node:fs';

/** What a process has used. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}

const RECEIVER = 3;

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(RECEIVER, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakRssBytes: maxRSS * 1024 } satisfies Usage));
});
