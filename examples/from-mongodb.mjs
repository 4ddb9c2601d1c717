/**
 * Rows of mongoexport: `{"_id":{"$oid":"..."},"visits":{"$numberLong":"42"},"created_at":{"$date":"2024-01-01T00:00:00Z"}}`.
 * cio-stream people users.ndjson --transform examples/from-mongodb.mjs --id _id
 */
const VALUES = {
  $oid: (text) => text,
  $numberInt: (text) => Number(text),
  $numberLong: (text) => BigInt(text), // a number may have more digits than a JavaScript number holds
  $numberDouble: (text) => Number(text),
  $numberDecimal: (text) => text,
  // Customer.io wants Unix seconds; mongoexport writes ISO 8601 or, before 1970, milliseconds.
  $date: (date) => Math.floor((typeof date === 'object' ? Number(date.$numberLong) : Date.parse(date)) / 1000),
};

function unwrap(value) {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, inner] = [], ...more] = Object.entries(value);
  if (more.length === 0 && name in VALUES) return VALUES[name](inner);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unwrap(one)]));
}

export default unwrap;
