/** Numbers of 64 bits as two of 32, and memory for many: a bigint for each row would be an object for each row. */

const one = new BigUint64Array(1);
const halves = new Int32Array(one.buffer);

/** The unsigned 64-bit number of these halves, the lower one first on nearly all machines. */
export function bigintOf(first: number, second: number): bigint {
  halves[0] = first;
  halves[1] = second;
  return one[0] as bigint;
}

/** The halves of an unsigned 64-bit number. They are overwritten by the next call of either function. */
export function halvesOf(value: bigint): Int32Array {
  one[0] = value;
  return halves;
}

/**
 * Memory for so many numbers, all 0. The system gives it as it is written to, so much may be reserved. It is shared memory, though no
 * other thread sees it: V8 takes all other memory outside its heap as a reason to look through the whole heap again and again, which
 * cost a sixth of the CPU of a run with dedupe.
 */
export function reserve(numbers: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(numbers * Int32Array.BYTES_PER_ELEMENT));
}

/** The same for bytes. */
export function reserveBytes(bytes: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(bytes));
}
