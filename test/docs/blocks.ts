/** The code blocks of a Markdown page. */

/** One of them. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** Where it begins. */
  readonly line: number;
}

/** How many lines of a Markdown text begin or end a code block, also of a kind that blocksIn() does not know. */
export function fencesIn(text: string): number {
  return text.match(/^\s*(`{3,}|~{3,})/gm)?.length ?? 0;
}

/** The code blocks of a Markdown text. */
export function blocksIn(text: string): Block[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: code = '', index }) => ({
    language,
    code,
    line: text.slice(0, index).split('\n').length,
  }));
}
