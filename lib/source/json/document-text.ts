/**
 * Bytes -> the text of a JSON document, without what is around it and not a part of it: byte order marks before it, the
 * Ctrl-Z of DOS behind it.
 */
import { Utf8 } from '../../bytes/utf8.ts';

const CTRL_Z = '\x1a';

/** Decodes a document. */
export class DocumentText {
  readonly #utf8 = new Utf8();
  #begun = false;
  /** A Ctrl-Z that has only white space behind it so far. It is not JSON: if more text follows, the document is broken there. */
  #held = '';

  /** The text of all characters that are complete with these bytes. */
  write(bytes: Buffer): string {
    return this.#inner(this.#utf8.write(bytes));
  }

  /** A character that was not completed, and what was held, is a mistake. */
  end(): string {
    this.#utf8.end();
    return this.#inner('');
  }

  /** True once a bad byte was seen. */
  get isBroken(): boolean {
    return this.#utf8.broken;
  }

  /** True if all bytes have become text that was given. */
  get isWhole(): boolean {
    return this.#held === '' && this.#utf8.isWhole;
  }

  #inner(text: string): string {
    const inner = this.#begun ? this.#held + text : text.replace(/^\uFEFF+/, '');
    this.#begun ||= inner !== '';
    const end = inner.indexOf(CTRL_Z);
    const isEnd = end !== -1 && inner.slice(end).replaceAll(CTRL_Z, '').trim() === '';
    this.#held = isEnd ? CTRL_Z : '';
    return isEnd ? inner.slice(0, end) : inner;
  }
}
