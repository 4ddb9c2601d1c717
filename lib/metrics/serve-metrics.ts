/**
 * `/metrics` for Prometheus, `/livez` and `/readyz` for Kubernetes, about one writer and where its rows come from. Everything is looked
 * up when it is asked for, or counted per request: rows cost nothing.
 */
import { CioError, codeOf } from '../errors.ts';
import { readOptions } from '../options.ts';
import { option, refusedBy, say } from '../wording.ts';
import type { TrackWriter } from '../write/track-writer.ts';
import { Exposition } from './exposition.ts';
import { type Condition, liveness, readiness } from './health.ts';
import { Heard } from './heard.ts';
import type { Observed } from './metrics.ts';
import { MetricsHttp } from './metrics-http.ts';
import { SERVE_METRICS_OPTIONS, type ServeMetricsOptions } from './options.ts';

/**
 * A running server.
 *
 * @category Metrics
 */
export interface MetricsServer extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** The port that it listens on. */
  readonly port: number;
  /** Frees the port once the requests in flight are answered. Calling it again does nothing. `await using` calls it. */
  close(): Promise<void>;
}

/**
 * Serves the metrics of a writer at `/metrics` for Prometheus, and health checks at `/livez` and `/readyz` for Kubernetes. The
 * server does not keep the process alive. See docs/metrics.md.
 *
 * @throws {@link CioError} `CIO_OPTIONS`, also if the port can't be had
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { createSandbox, serveMetrics, trackWriter, validate } from 'customerio-streams';
 *
 * const sandbox = await createSandbox();
 * const writer = trackWriter({ ...sandbox.account });
 * const metrics = await serveMetrics({ port: 0, writer });
 * await pipeline(Readable.from([{ person_id: 1 }]), validate({ object: 'person_identify' }), writer);
 * const metricsText = await (await fetch(`${metrics.url}/metrics`)).text();
 * console.log(metricsText.split('\n').find((line) => line.includes('"delivered"'))); // customerio_rows_total{outcome="delivered"} 1
 * await metrics.close();
 * await sandbox.close();
 * ```
 *
 * @category Metrics
 */
export async function serveMetrics(options: ServeMetricsOptions): Promise<MetricsServer> {
  const { port, host, writer, source } = readOptions('serveMetrics', SERVE_METRICS_OPTIONS, options);
  const running = await RunMetrics.open(port, host);
  running.watch({ writer, source });
  const close = (): Promise<void> => running.close();
  return { url: running.url, port: running.port, close, [Symbol.asyncDispose]: close };
}

/** What is looked at. */
interface Watched {
  readonly writer: Pick<TrackWriter, 'summary' | 'destroyed' | 'writableEnded'>;
  readonly source?: ServeMetricsOptions['source'];
}

/** The same for a run: its port is taken before there is a writer. */
export class RunMetrics {
  readonly #http: MetricsHttp;
  readonly #heard: Heard;
  readonly #host: string;
  #watched: Watched | undefined;
  #isStopping = false;

  /** Throws `CIO_OPTIONS` if the port can't be had. */
  static async open(port: number, host: string): Promise<RunMetrics> {
    // It listens before anything is waited for: what is said once, while the writer opens, must not be missed.
    const heard = new Heard();
    let running: RunMetrics | undefined;
    const exposition = await Exposition.open(() => (running as RunMetrics).#observed);
    heard.onDuration = (ms) => exposition.took(ms);
    running = new RunMetrics(exposition, heard, host);
    try {
      await running.#http.listen(port, host);
    } catch (error) {
      await running.close();
      throw unusable(port, host, error);
    }
    return running;
  }

  private constructor(exposition: Exposition, heard: Heard, host: string) {
    this.#host = host;
    this.#heard = heard;
    this.#http = new MetricsHttp({
      contentType: exposition.contentType,
      text: () => exposition.text(),
      live: () => liveness(this.#condition),
      ready: () => readiness(this.#condition),
    });
  }

  get port(): number {
    return this.#http.port;
  }

  get url(): string {
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.port}`;
  }

  /** The rows of this writer are counted, and it is ready when they can come. */
  watch(watched: Watched): void {
    this.#watched = watched;
  }

  /** From now on it is not ready. */
  stopping(): void {
    this.#isStopping = true;
  }

  async close(): Promise<void> {
    this.#isStopping = true;
    await this.#http.close();
    this.#heard.close();
  }

  get #observed(): Observed {
    return { heard: this.#heard, summary: this.#watched?.writer.summary, group: this.#watched?.source?.status };
  }

  get #condition(): Condition {
    const { writer, source } = this.#watched ?? {};
    const isOver = this.#isStopping || writer?.destroyed || writer?.writableEnded;
    return { phase: isOver ? 'stopping' : writer === undefined ? 'starting' : 'running', group: source?.status };
  }
}

function unusable(port: number, host: string, error: unknown): CioError {
  const code = codeOf(error);
  const named = (name: 'port' | 'host') => say`${refusedBy('serveMetrics')}${option('serveMetrics', name)}`;
  if (code === 'EADDRINUSE') return new CioError('CIO_OPTIONS', say`${named('port')} ${port} is in use at ${host}`, error);
  if (code === 'EACCES')
    return new CioError('CIO_OPTIONS', say`${named('port')} ${port} needs rights that this process does not have`, error);
  return new CioError('CIO_OPTIONS', say`${named('host')} ${host} is not an address of this machine (${String(code)})`, error);
}
