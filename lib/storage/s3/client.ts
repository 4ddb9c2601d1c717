/** The options of the AWS SDK's client: only what the user has set, so that all else is found by the SDK's own chain. */
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { hostAndPort } from '../../address.ts';
import { loadSdk } from '../load-sdk.ts';
import type { S3Access } from '../options.ts';

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };
type Credentials = NonNullable<S3ClientConfig['credentials']>;

/** What to give to `new S3Client()`; `checksums` false leaves out those that S3 does not require. */
export async function clientOptions(access: S3Access, checksums: boolean): Promise<S3ClientConfig> {
  const { endpoint } = access;
  const calculation = checksums ? access.requestChecksumCalculation : 'WHEN_REQUIRED';
  // Other servers mostly don't care, but the SDK wants a region to sign for.
  const region =
    access.region ?? trimmed(process.env.AWS_REGION) ?? (endpoint === undefined ? undefined : (process.env.AWS_REGION ?? 'us-east-1'));
  return {
    endpoint,
    region,
    forcePathStyle: access.forcePathStyle ?? endpoint !== undefined,
    requestChecksumCalculation: calculation,
    responseChecksumValidation: calculation,
    credentials: await credentialsOf(access, region),
  };
}

async function credentialsOf(access: S3Access, region: string | undefined): Promise<Credentials | undefined> {
  const { accessKeyId, secretAccessKey, sessionToken, roleArn, externalId } = access;
  const keys =
    accessKeyId === undefined || secretAccessKey === undefined ? keysOf(process.env) : { accessKeyId, secretAccessKey, sessionToken };
  if (roleArn === undefined) return keys;
  const { fromTemporaryCredentials } = await loadSdk('s3:// with roleArn', () => import('@aws-sdk/credential-providers'));
  return fromTemporaryCredentials({
    masterCredentials: keys,
    ...(region === undefined ? {} : { clientConfig: { region } }),
    params: { RoleArn: roleArn, RoleSessionName: 'customerio-streams', ExternalId: externalId },
  });
}

/** How long an upload that failed may take to clear its parts away. */
const CLEAR_MS = 5_000;

/** The client for an upload: lib-storage gives no signal to its requests, and the SDK would retry an abandoned one again and again. */
export function abortable(client: S3Client, signal: AbortSignal): S3Client {
  const send = (command: Parameters<S3Client['send']>[0]): unknown => {
    const isClearing = command.constructor.name === 'AbortMultipartUploadCommand';
    return client.send(command, { abortSignal: isClearing ? AbortSignal.timeout(CLEAR_MS) : signal });
  };
  return Object.create(client, { send: { value: send } });
}

/** Calls `listener` with the host and port of each request as it leaves: only the SDK knows where a bucket is. */
export function onRequest(client: S3Client, listener: (peer: string) => void): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { hostname, port, protocol } = args.request as { hostname?: string; port?: number; protocol?: string };
      if (hostname !== undefined) listener(hostAndPort({ hostname, port: String(port ?? ''), protocol: protocol ?? '' }));
      return next(args);
    },
    // Last of all: servers that give keys have been asked before.
    { step: 'finalizeRequest', priority: 'low', name: 'onRequest' },
  );
}

/** Members of which the answers of S3 have one. The SDK takes an answer without any for one of S3, too. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  PutObjectCommand: ['ETag'],
  HeadObjectCommand: ['ETag', 'LastModified'],
  UploadPartCommand: ['ETag'],
  CompleteMultipartUploadCommand: ['ETag'],
  CreateMultipartUploadCommand: ['UploadId'],
  ListObjectsV2Command: ['IsTruncated', 'KeyCount', 'Contents', 'Name'],
};

/** Makes an error of a 200 that is not from S3 (a web console, the page of a proxy): it must not mean "stored" or "nothing there". */
export function onlyAnswersOfS3(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        const members = MEMBERS[commandName];
        if (members?.every((name) => Reflect.get(result.output, name) === undefined)) {
          const status = result.output.$metadata.httpStatusCode;
          throw Object.assign(new Error('the answer is not one of S3'), { name: 'NotS3', status });
        }
        return result;
      },
    { step: 'initialize', name: 'onlyAnswersOfS3' },
  );
}

/** The keys of the environment if one has a line end, from a file, without it: the SDK takes them as they are. */
function keysOf(environment: NodeJS.ProcessEnv): Keys | undefined {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment;
  const isOdd = [id, secret, token].some((text) => trimmed(text) !== undefined);
  // A profile comes before them.
  if (!isOdd || AWS_PROFILE !== undefined || !id || !secret) return undefined;
  return { accessKeyId: id.trim(), secretAccessKey: secret.trim(), ...(token ? { sessionToken: token.trim() } : {}) };
}

/** A text without the line end that it has; undefined if it has none. */
function trimmed(text: string | undefined): string | undefined {
  return text !== undefined && LINE_END.test(text) ? text.trim() : undefined;
}

const LINE_END = /^\s*[\r\n]|[\r\n]\s*$/;
