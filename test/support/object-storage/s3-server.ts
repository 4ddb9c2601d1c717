/**
 * An S3 server in this process: fauxqs keeps the objects; in front of it stand what it leaves out and real servers do:
 * signatures, permissions, `If-None-Match`, STS AssumeRole, a region, and faults on demand. It can be stopped and started again.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { buildApp } from 'fauxqs';
import { Faults } from './faults.ts';
import { PausableServer } from './pausable-server.ts';
import { type Key, sha256, verify } from './sigv4.ts';

/** What a key may not do. */
export type Action = 'put' | 'get' | 'list' | 'delete';

/** The region that the server is in. */
export const REGION = 'eu-central-1';
export const ACCESS = { accessKeyId: 'AKIATEST', secretAccessKey: 'the-secret-of-AKIATEST' };

/** A running server. */
export class S3Server extends PausableServer {
  readonly faults: Faults = new Faults();
  readonly keys: Map<string, Key & { readonly denied?: readonly Action[] }> = new Map([
    [ACCESS.accessKeyId, { secret: ACCESS.secretAccessKey }],
  ]);
  readonly requests: string[] = [];
  readonly #app = buildApp({ logger: false });
  /** How a server answers that does not know all of the protocol; undefined for a request that it takes. */
  refuses: (request: IncomingMessage) => readonly [status: number, code: string, message: string] | undefined = () => undefined;
  /** How often a role was taken on. */
  roles = 0;
  onRequest: (request: IncomingMessage) => void = () => {};

  constructor() {
    super((request, response) => this.#serve(request, response));
  }

  static async start(t: TestContext): Promise<S3Server> {
    const server = new S3Server();
    await server.#app.ready();
    await server.resume();
    t.after(async () => {
      await server.pause();
      await server.#app.close();
    });
    return server;
  }

  async createBucket(name: string): Promise<void> {
    await this.#app.inject({ method: 'PUT', url: `/${name}` });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    this.onRequest(request);
    const answer = (status: number, code: string, message = 'asked for by the test'): void => {
      const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
      response.writeHead(status, { 'content-type': 'application/xml' }).end(request.method === 'HEAD' ? undefined : xml);
    };
    if (this.faults.meet(request, response, answer)) return;
    if (request.method === 'POST' && request.url === '/') return void this.#assumeRole(request, response, answer);
    const refusal = this.refuses(request);
    if (refusal !== undefined) {
      request.resume();
      return answer(...refusal);
    }
    const who = verify(request, this.keys, undefined, Date.now());
    if (typeof who !== 'string') return answer(who.status, who.code, who.message);
    if (this.keys.get(who)?.denied?.includes(actionOf(request))) return answer(403, 'AccessDenied', 'Access Denied');
    if (!(request.headers.authorization ?? '').includes(`/${REGION}/`)) return answer(400, 'AuthorizationHeaderMalformed');
    this.#conditions(request, answer).then((refused) => {
      if (!refused) this.#app.routing(request, response);
    });
  }

  async #conditions(request: IncomingMessage, answer: (status: number, code: string) => void): Promise<boolean> {
    if (request.headers['if-none-match'] !== '*') return false;
    const { statusCode } = await this.#app.inject({ method: 'HEAD', url: String(request.url).split('?')[0] ?? '/' });
    if (statusCode !== 200) return false;
    answer(412, 'PreconditionFailed');
    request.resume();
    return true;
  }

  /** Temporary keys; each call gives others. */
  async #assumeRole(request: IncomingMessage, response: ServerResponse, answer: (status: number, code: string) => void): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const who = verify(request, this.keys, sha256(body), Date.now());
    if (typeof who !== 'string') return answer(who.status, who.code);
    const asked = new URLSearchParams(body.toString());
    if (asked.get('Action') !== 'AssumeRole' || !asked.get('RoleArn')?.startsWith('arn:aws:iam::') || asked.get('ExternalId') === 'wrong')
      return answer(403, 'AccessDenied');
    const [id, secret, token] = [`ASIA${++this.roles}`, `secret-of-role-${this.roles}`, `token-${this.roles}`];
    this.keys.set(id, { secret, token });
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${id}</AccessKeyId>` +
          `<SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${expires}</Expiration></Credentials>` +
          '</AssumeRoleResult></AssumeRoleResponse>',
      );
  }
}

function actionOf({ method, url = '' }: IncomingMessage): Action {
  if (method === 'DELETE') return 'delete';
  if (method === 'PUT' || method === 'POST') return 'put';
  return url.includes('list-type=2') ? 'list' : 'get';
}
