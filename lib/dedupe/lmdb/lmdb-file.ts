/**
 * Checks the file of an LMDB store before the library maps it: a file of another program, or one that lacks a page, would
 * crash the process. The length of the file proves little, as free pages at its end need not be there. So both trees are
 * walked from their roots, and every page that can be reached must be in the file. Only branches and the list of free
 * pages are read. (The layout is that of mdb.c of lmdb 3, 64-bit, in the byte order of this machine.)
 */
import type { FileHandle } from 'node:fs/promises';

/** One of the two trees. */
interface Tree {
  readonly depth: number;
  readonly root: number;
}

/** What the newer of the two meta pages holds. */
interface Meta {
  readonly pageBytes: number;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: number;
  readonly commit: bigint;
}

const META_BYTES = 192;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const PAGE_BYTES = { least: 256, most: 65_536 };
/** The offsets in a page of its number, its kind and its nodes. */
const HEADER = { number: 0, kind: 18, lower: 20, nodes: 24 } as const;
const META = { magic: 24, version: 28, free: 48, main: 96, lastPage: 144, commit: 152 } as const;
const BRANCH = 1;
const LEAF = 2;
const META_PAGE = 8;
const META_PAGES = 2;
const ON_OTHER_PAGES = 1;
const NODE_BYTES = 8;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const TRIES = 3;

const FOREIGN = 'was not written by a dedupe store';
const CUT = 'is cut short or damaged';

/** What is wrong with the file, in words; undefined if nothing is, or if another process is writing in it. */
export async function lmdbFileProblem(file: FileHandle): Promise<string | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const meta = await metaOf(file);
    if (typeof meta === 'string') return meta;
    const problem = await new Walk(file, meta, (await file.stat()).size).problem();
    if (problem === undefined) return undefined;
    const later = await metaOf(file);
    if (typeof later === 'string' || later.commit === meta.commit) return problem;
  }
  return undefined;
}

async function metaOf(file: FileHandle): Promise<Meta | string> {
  const first = await metaAt(file, 0);
  if (typeof first === 'string') return first;
  const second = await metaAt(file, first.pageBytes);
  if (typeof second === 'string') return CUT;
  return first.commit >= second.commit ? first : second;
}

async function metaAt(file: FileHandle, at: number): Promise<Meta | string> {
  const page = await bytesAt(file, at, META_BYTES);
  if (page === undefined) return CUT;
  const pageBytes = page.getUint32(META.free, true);
  const isMeta = (page.getUint16(HEADER.kind, true) & META_PAGE) !== 0 && page.getUint32(META.magic, true) === MAGIC;
  if (!isMeta || (page.getUint32(META.version, true) & 0xffff) !== VERSION) return FOREIGN;
  const isPower = (pageBytes & (pageBytes - 1)) === 0;
  if (!isPower || pageBytes < PAGE_BYTES.least || pageBytes > PAGE_BYTES.most) return FOREIGN;
  const treeAt = (from: number): Tree => ({ depth: page.getUint16(from + 6, true), root: numberAt(page, from + 40) });
  const [free, main, lastPage] = [treeAt(META.free), treeAt(META.main), numberAt(page, META.lastPage)];
  return { pageBytes, free, main, lastPage, commit: page.getBigUint64(META.commit, true) };
}

/** A walk over all pages of one commit. */
class Walk {
  readonly #file: FileHandle;
  readonly #meta: Meta;
  readonly #size: number;
  #pages = 0;

  constructor(file: FileHandle, meta: Meta, size: number) {
    this.#file = file;
    this.#meta = meta;
    this.#size = size;
  }

  async problem(): Promise<string | undefined> {
    const { free, main } = this.#meta;
    try {
      return (await this.#isWhole(main, false)) && (await this.#isWhole(free, true)) ? await this.#foreign(main) : CUT;
    } catch (error) {
      // A node that points out of its page.
      if (error instanceof RangeError) return CUT;
      throw error;
    }
  }

  /** Whether all pages of a tree are there. */
  async #isWhole({ depth, root }: Tree, readLeaves: boolean): Promise<boolean> {
    if (root === Number.POSITIVE_INFINITY) return true;
    const open: [page: number, level: number][] = [[root, 1]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [number, level] = next;
      if (++this.#pages > this.#meta.lastPage || !this.#has(number)) return false;
      if (level === depth && !readLeaves) continue;
      const page = await this.#page(number);
      if (page === undefined || kindOf(page) !== (level === depth ? LEAF : BRANCH)) return false;
      if (level === depth) {
        if (!nodesOf(page).every((node) => this.#hasOverflow(page, node))) return false;
      } else for (const node of nodesOf(page)) open.push([childOf(page, node), level + 1]);
    }
    return true;
  }

  /** What is wrong if the entries of the first leaf are not keys and values of this package. */
  async #foreign({ depth, root }: Tree): Promise<string | undefined> {
    if (root === Number.POSITIVE_INFINITY) return undefined;
    let page = await this.#page(root);
    for (let level = 1; page && level < depth; level++) page = await this.#page(childOf(page, nodesOf(page)[0] ?? 0));
    if (page === undefined || kindOf(page) !== LEAF) return CUT;
    const leaf = page;
    // An entry of the tree, or one of the log.
    const isOurs = (at: number): boolean =>
      leaf.getUint16(at + 4, true) === 0 && (keyBytes(leaf, at) === 14 || (keyBytes(leaf, at) === 8 && leaf.getUint32(at, true) === 8));
    return nodesOf(leaf).every(isOurs) ? undefined : FOREIGN;
  }

  #hasOverflow(page: DataView, at: number): boolean {
    if ((page.getUint16(at + 4, true) & ON_OTHER_PAGES) === 0) return true;
    const data = at + NODE_BYTES + keyBytes(page, at);
    return this.#has(numberAt(page, data), numberAt(page, data + 16));
  }

  #has(page: number, count = 1): boolean {
    const { lastPage, pageBytes } = this.#meta;
    const end = page + count;
    return page >= META_PAGES && end <= lastPage + 1 && end * pageBytes <= this.#size;
  }

  async #page(number: number): Promise<DataView | undefined> {
    const { pageBytes } = this.#meta;
    const page = await bytesAt(this.#file, number * pageBytes, pageBytes);
    return page && numberAt(page, HEADER.number) === number ? page : undefined;
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<DataView | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return bytesRead === length ? new DataView(buffer.buffer, buffer.byteOffset, length) : undefined;
}

function kindOf(page: DataView): number {
  return page.getUint16(HEADER.kind, true) & (BRANCH | LEAF);
}

/** The offsets of the nodes of a page. */
function nodesOf(page: DataView): number[] {
  const count = page.getUint16(HEADER.lower, true) >> 1;
  return Array.from({ length: count }, (_, index) => HEADER.nodes + page.getUint16(HEADER.nodes + index * 2, true));
}

/** A page number of 48 bits. */
function childOf(page: DataView, at: number): number {
  return page.getUint32(at, true) + page.getUint16(at + 4, true) * 2 ** 32;
}

function keyBytes(page: DataView, at: number): number {
  return page.getUint16(at + 6, true);
}

/** A number of pages, or of a page; infinite if there is none. */
function numberAt(page: DataView, at: number): number {
  const number = page.getBigUint64(at, true);
  return number === NO_PAGE ? Number.POSITIVE_INFINITY : Number(number);
}
