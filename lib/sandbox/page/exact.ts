/**
 * JSON from the sandbox with every digit kept. A number that a double would change stays the text that it came as
 * (`JSON.rawJSON`, in browsers since spring 2025; an older one shows such a number rounded).
 */
const { rawJSON } = JSON as unknown as { rawJSON?: (text: string) => object };

/** Parses; numbers of more digits than a double holds become what `exactText()` gives back unchanged. */
export function readExact(text: string): unknown {
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source;
    return typeof value === 'number' && rawJSON && source !== undefined && String(value) !== source ? rawJSON(source) : value;
  };
  return JSON.parse(text, keep);
}

/** The text of a value: of a string its characters, of anything else its JSON. */
export function exactText(value: unknown, indent?: number): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, undefined, indent) ?? '');
}
