/** Tables of Markdown. */

/** A table with a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A text as it may stand in a cell. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The rows of a table that continues another. */
export function withoutHead(text: string): string {
  return text.split('\n').slice(2).join('\n');
}
