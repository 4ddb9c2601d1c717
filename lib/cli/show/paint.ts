/**
 * Colours on standard error, if the flags and the terminal want them. What is painted has to be printable before: a colour is
 * a command to the terminal, as those are that a hostile text may hold.
 */
import { styleText } from 'node:util';
import type { RunFlags } from '../flags/flags.ts';

/** How a piece of text looks. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Gives printable text a style. */
export type Paint = (style: Style, text: string) => string;

/** The paint that the flags and standard error ask for. */
export function paintFor(colouring: RunFlags['color']): Paint {
  if (colouring === 'never') return (_, text) => text;
  if (colouring === 'always') return (style, text) => styleText(style, text, { validateStream: false });
  // It reads NO_COLOR, FORCE_COLOR and TERM, and asks whether that stream is a terminal.
  return (style, text) => styleText(style, text, { stream: process.stderr });
}
