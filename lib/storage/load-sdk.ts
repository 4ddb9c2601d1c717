/** Loads the SDK of an object store on first use; if it is missing, the error says what to install. */
import { CioError, codeOf } from '../errors.ts';

/**
 * What to type. The SDKs are optional peers: whoever uses no bucket need not install them. Newer releases of
 * the AWS SDK want Node 22, and `npm install` without a version would take a different one on each Node.
 */
const INSTALL = {
  'gs://': 'npm install @google-cloud/storage@7',
  's3://': 'npm install @aws-sdk/client-s3@~3.1175 @aws-sdk/lib-storage@~3.1175',
  's3:// with roleArn': 'npm install @aws-sdk/credential-providers@~3.1175',
} as const;

/** Runs `load`. Throws `CIO_OPTIONS` if a package is not installed. */
export async function loadSdk<T>(what: keyof typeof INSTALL, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CioError('CIO_OPTIONS', `${what} needs a package that is not installed: ${INSTALL[what]}`, error);
  }
}
