/**
 * A replay has three kinds of places: where it reads, where records go that are rejected again, and where objects go that are done. They
 * must not meet: records rejected again would be read again, and objects that are done would be replayed by the next run.
 */
import { realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CioError } from '../../errors.ts';
import { nearestFolder } from '../../storage/durable-folder.ts';
import { isWithin, type Location, readLocation } from '../../storage/location.ts';

export interface Places {
  readonly from: readonly string[];
  readonly rejects: string | undefined;
  readonly doneTo: string | undefined;
  /** A template that leads below `rejects`. */
  readonly rejectsPath: string | undefined;
}

/** Throws `CIO_OPTIONS` if two of them can meet. */
export async function checkDistinct({ from, rejects, doneTo, rejectsPath }: Places): Promise<void> {
  const sources: Location[] = [];
  for (const one of from) {
    const source = await placeOf('replay', one);
    if (sources.some((other) => isIn(source, other) || isIn(other, source))) throw wrong(`${one} is given twice, or inside another place`);
    sources.push(source);
  }
  const again = rejects === undefined ? undefined : await placeOf('--rejects', rejects);
  const done = doneTo === undefined ? undefined : await placeOf('--done-to', doneTo);
  if (again && sources.some((source) => isIn(again, source)))
    throw wrong('--rejects is inside the place that is replayed: name another, or its rejects are read again');
  if (again && rejectsPath !== undefined && sources.some((source) => isIn(source, again))) {
    throw wrong('with --rejects-path, --rejects must not be above the place that is replayed: its rejects could get there');
  }
  if (done && sources.some((source) => isIn(source, done)))
    throw wrong('--done-to must not be the place that is replayed, nor above it: below it is fine');
  if (done && again && (isIn(done, again) || isIn(again, done))) throw wrong('--done-to and --rejects must not be inside one another');
}

/** The place with its links resolved, as far as its folders exist. */
async function placeOf(option: string, text: string): Promise<Location> {
  const place = readLocation(option, text);
  if (place.kind !== 'folder') return place;
  const there = await nearestFolder(place.path);
  return { kind: 'folder', path: join(await realpath(there), relative(there, resolve(place.path))) };
}

function isIn(inner: Location, outer: Location): boolean {
  return isWithin(inner, '', outer);
}

function wrong(message: string): CioError {
  return new CioError('CIO_OPTIONS', message);
}
