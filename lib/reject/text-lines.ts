/** Bytes that we wrote ourselves -> their lines, those of a chunk together: whole and valid, so nothing is checked. */
import { StringDecoder } from 'node:string_decoder';

/** The lines without their line feeds. */
export async function* textLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}
