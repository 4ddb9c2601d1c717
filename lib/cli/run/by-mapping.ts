/**
 * Rows of several mappings through the stages of each, in the order in which they come: a stretch of rows of one mapping has
 * its own stages, and the next stretch begins when all of the one before has come out.
 */
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { KeptMapping } from '../../record/kept-mapping.ts';
import { originOf } from '../../record/origin.ts';
import type { Element } from '../../record/record.ts';

/** A stage as a function, for `pipeline()`. */
export type StageFunction = (source: AsyncIterable<Element>) => AsyncGenerator<Element>;

/** The stage. `stagesOf` makes new stages at each call. */
export function byMapping(stagesOf: (mapping: KeptMapping) => Promise<readonly Transform[]>): StageFunction {
  return async function* (source) {
    const elements = source[Symbol.asyncIterator]();
    let next = await elements.next();
    while (!next.done) {
      const mapping = mappingIn(next.value);
      if (mapping === undefined) {
        yield next.value;
        next = await elements.next();
        continue;
      }
      const stretch = async function* (): AsyncGenerator<Element> {
        while (!next.done && (mappingIn(next.value)?.id ?? mapping.id) === mapping.id) {
          yield next.value;
          next = await elements.next();
        }
      };
      yield* through(stretch(), await stagesOf(mapping));
    }
  };
}

/** What is not a row has none, and goes with the rows before it. */
function mappingIn(element: Element): KeptMapping | undefined {
  return originOf(element)?.mapping;
}

async function* through(elements: AsyncIterable<Element>, stages: readonly Transform[]): AsyncGenerator<Element> {
  const [last] = stages.slice(-1) as [Transform];
  // pipeline() takes what can be iterated, which its types say of a fixed number of stages only.
  const done = pipeline([elements, ...stages] as unknown as [Transform, Transform]);
  // Whoever reads the last stage gets the error too.
  done.catch(() => {});
  yield* last;
  await done;
}
