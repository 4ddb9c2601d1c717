/** TypeScript of a user's, checked strictly against the types of the package. */
import { resolve } from 'node:path';
import { type Ended, run } from './child.ts';

/** Compiles files of a folder, which has the package. */
export function compile(folder: string, files: readonly string[]): Promise<Ended> {
  const types = ['--types', 'node', '--typeRoots', resolve('node_modules', '@types')];
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck'];
  const target = ['--target', 'es2023', '--lib', 'es2023,esnext.disposable', '--module', 'nodenext'];
  const tsc = resolve('node_modules', 'typescript', 'bin', 'tsc');
  return run(process.execPath, [tsc, ...strict, ...target, ...types, ...files], folder);
}
