/** A program of examples/, run as a user runs it: copied into a project that has the package. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Place } from '../docs/place.ts';
import { type Ended, run } from './child.ts';

/** A project with one example in it. */
export interface Example {
  readonly place: Place;
  /** Runs it to its end. `flags` are Node's. */
  run(args?: readonly string[], env?: NodeJS.ProcessEnv, flags?: readonly string[]): Promise<Ended>;
  /** Starts it; it is killed after the test. */
  start(args?: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
}

/** `packages`: what the example needs beside the package and what a Place has. */
export async function example(t: TestContext, name: string, packages: readonly string[] = []): Promise<Example> {
  const place = await Place.open(t);
  copyFileSync(join('examples', name), join(place.folder, name));
  for (const one of packages) symlinkSync(join(process.cwd(), 'node_modules', one), join(place.folder, 'node_modules', one), 'junction');
  return {
    place,
    run: (args = [], env = {}, flags = []) => run(process.execPath, [...flags, name, ...args], place.folder, { ...place.env, ...env }),
    start: (args = [], env = {}) => {
      const child = spawn(process.execPath, [name, ...args], { cwd: place.folder, env: { ...place.env, ...env } });
      t.after(() => child.kill('SIGKILL'));
      return child;
    },
  };
}
