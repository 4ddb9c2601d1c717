/** Numbers of 64 bits as two of 32: a bigint for each row would be an object for each row. Stores are asked with bigints. */

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
