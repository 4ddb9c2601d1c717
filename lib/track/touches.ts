/**
 * Which people and objects an operation touches, as keys: operations that share a key must reach the API in order.
 * Someone known by two identifiers has two keys; only Customer.io could tell.
 */

type Body = Record<string, unknown>;

/** The keys, the operation's own subject first. Never empty. */
export function touches(operation: Body): string[] {
  if (operation.action === 'merge') return [keyOf(operation.primary), keyOf(operation.secondary)];
  const own = keyOf(operation.identifiers);
  const related = operation.cio_relationships;
  return Array.isArray(related) ? [own, ...related.map((relation: Body) => keyOf(relation.identifiers))] : [own];
}

function keyOf(identifiers: unknown): string {
  const ids = identifiers as Body;
  // Emails are case-insensitive, ids are not; an id may come as a number or as text.
  if (ids.email !== undefined) return `email ${String(ids.email).trim().toLowerCase()}`;
  if (ids.object_id !== undefined) return `object ${ids.object_type_id} ${ids.object_id}`;
  for (const name in ids) return `${name} ${ids[name]}`;
  return '';
}
