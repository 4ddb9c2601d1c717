/** What a piece of work costs the process that does it. */

/** The cost of rows. */
export interface Cost {
  readonly rows: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}

/** Does the work, which resolves with its number of rows, and measures it. The peak is that of the process so far. */
export async function measure(work: () => Promise<number>): Promise<Cost> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const rows = await work();
  const { user, system } = process.cpuUsage(startCpu);
  return {
    rows,
    wallSeconds: (performance.now() - startMs) / 1e3,
    cpuSeconds: (user + system) / 1e6,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}
