/**
 * Rows of a DynamoDB export: `{"Item":{"email":{"S":"ada@example.com"},"visits":{"N":"42"}}}`.
 * cio-stream people export.json.gz --transform examples/from-dynamodb.mjs --email email
 */
const VALUES = {
  S: (text) => text,
  N: (digits) => (/^-?\d{16,}$/.test(digits) ? BigInt(digits) : Number(digits)),
  BOOL: (value) => value,
  NULL: () => null,
  M: unwrapAll,
  L: (items) => items.map(unwrap),
  SS: (texts) => texts,
  NS: (numbers) => numbers.map((digits) => VALUES.N(digits)),
};

function unwrap(value) {
  const [[type, inner]] = Object.entries(value);
  if (!(type in VALUES)) throw new Error(`values of type ${type} have no place in an attribute`);
  return VALUES[type](inner);
}

function unwrapAll(item) {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, unwrap(value)]));
}

export default (row) => unwrapAll(row.Item ?? row);
