/**
 * Where a zstd frame ends. Node's decompressor drops a second frame in the same write, and on Node 22 takes a truncated
 * frame for a whole one: both would lose rows in silence. This reads the frame and block headers only (RFC 8878).
 */

const MAGIC = 0xfd2fb528;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const RLE_BLOCK = 1;

type Field = 'magic' | 'skippable size' | 'descriptor' | 'block';
const FIELD_BYTES: Record<Field, number> = { magic: 4, 'skippable size': 4, descriptor: 1, block: 3 };

/** Follows one frame, chunk by chunk. */
export class ZstdFrame {
  #field: Field = 'magic';
  readonly #bytes = Buffer.alloc(4);
  #filled = 0;
  #skip = 0;
  #checksumBytes = 0;
  #last = false;

  /** True once the whole frame has been passed. */
  get ended(): boolean {
    return this.#last && this.#skip === 0;
  }

  /** How many bytes of the chunk belong to the frame. */
  pass(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && !this.ended) at += this.#skip > 0 ? this.#pass(chunk.length - at) : this.#fill(chunk[at] as number);
    return at;
  }

  #pass(available: number): number {
    const length = Math.min(this.#skip, available);
    this.#skip -= length;
    return length;
  }

  #fill(byte: number): 1 {
    this.#bytes[this.#filled++] = byte;
    if (this.#filled === FIELD_BYTES[this.#field]) {
      this.#filled = 0;
      this.#read();
    }
    return 1;
  }

  #read(): void {
    if (this.#field === 'magic') {
      // It is one or the other: the caller has seen the mark.
      this.#field = this.#bytes.readUInt32LE() === MAGIC ? 'descriptor' : 'skippable size';
    } else if (this.#field === 'skippable size') {
      this.#skip = this.#bytes.readUInt32LE();
      this.#last = true;
    } else if (this.#field === 'descriptor') {
      this.#readDescriptor(this.#bytes[0] as number);
    } else {
      this.#readBlock(this.#bytes.readUIntLE(0, 3));
    }
  }

  #readDescriptor(descriptor: number): void {
    const single = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    this.#checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
    this.#skip = (single ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] as number);
    this.#skip += single && sizeFlag === 0 ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] as number);
    this.#field = 'block';
  }

  #readBlock(header: number): void {
    const last = (header & 1) === 1;
    const type = (header >> 1) & 3;
    this.#skip = (type === RLE_BLOCK ? 1 : header >> 3) + (last ? this.#checksumBytes : 0);
    this.#last = last;
  }
}
