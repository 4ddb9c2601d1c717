/**
 * A value of a Parquet column, as the file stores it -> JSON text with every digit. Times become ISO 8601 in text. What JSON
 * can't carry (NaN, bytes that are not UTF-8) becomes a text that is not JSON, and says what it is: so its row is rejected, and
 * the others are read.
 */
import type { SchemaElement } from 'hyparquet';

/** Writes the value of a cell that is not null. */
export type CellText = (value: unknown) => string;

/** Bytes of a text column that are not UTF-8. */
export class BadText {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const SHOWN_BYTES = 20;
const DAY_MS = 86_400_000;

/** The bytes of a text. */
export function textOrBad(bytes: Uint8Array): string | BadText {
  try {
    return decoder.decode(bytes);
  } catch {
    return new BadText(bytes);
  }
}

/** True for a column of texts. Old writers do not say so of theirs: bytes without a type are text, too. */
export function isTextColumn({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  if (type !== 'BYTE_ARRAY') return false;
  if (logical !== undefined) return logical.type === 'STRING' || logical.type === 'ENUM';
  return converted === undefined || converted === 'UTF8' || converted === 'ENUM';
}

/** How the values of a column are written; undefined if they have no form in JSON. */
export function cellText(element: SchemaElement): CellText | undefined {
  if (isTextColumn(element)) return (value) => (value instanceof BadText ? notJson(value.bytes) : JSON.stringify(value));
  const { type, scale = 0, converted_type: converted, logical_type: logical } = element;
  switch (logical?.type ?? converted) {
    case undefined:
      return PLAIN[type as string];
    case 'DECIMAL':
      return (value) => decimalText(unscaled(value), scale);
    case 'DATE':
      return (days) => dateText((days as number) * DAY_MS);
    case 'TIMESTAMP':
      return timestamps(logical as { unit: Unit; isAdjustedToUTC: boolean });
    case 'TIMESTAMP_MILLIS':
      return timestamps({ unit: 'MILLIS', isAdjustedToUTC: true });
    case 'TIMESTAMP_MICROS':
      return timestamps({ unit: 'MICROS', isAdjustedToUTC: true });
    case 'TIME':
      return times((logical as { unit: Unit }).unit);
    case 'TIME_MILLIS':
      return times('MILLIS');
    case 'TIME_MICROS':
      return times('MICROS');
    case 'JSON':
      return (bytes) => documentText(bytes as Uint8Array);
    case 'UUID':
      return (bytes) => `"${hex(bytes as Uint8Array).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}"`;
    case 'FLOAT16':
      return (bytes) => numberText(halfFloat(bytes as Uint8Array));
    case 'INTERVAL':
      return (bytes) => intervalText(bytes as Uint8Array);
    case 'INTEGER':
      return integers(logical as { bitWidth: number; isSigned: boolean });
    default:
      return integersOf(converted);
  }
}

const PLAIN: Readonly<Record<string, CellText>> = {
  BOOLEAN: String,
  INT32: String,
  INT64: String,
  INT96: (nanos) => timeText(nanos as bigint, 'NANOS', 'Z'),
  FLOAT: (value) => floatText(value as number),
  DOUBLE: (value) => numberText(value as number),
};

type Unit = 'MILLIS' | 'MICROS' | 'NANOS';

const PER_SECOND: Readonly<Record<Unit, bigint>> = { MILLIS: 1_000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n };

/** A time that is not of UTC is a time of day that the file gives no zone for. */
function timestamps({ unit, isAdjustedToUTC }: { readonly unit: Unit; readonly isAdjustedToUTC: boolean }): CellText {
  return (value) => timeText(BigInt(value as bigint), unit, isAdjustedToUTC ? 'Z' : '');
}

function timeText(value: bigint, unit: Unit, zone: string): string {
  const [seconds, fraction] = split(value, unit);
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `not a valid time: ${value}` : `"${date.toISOString().slice(0, -5)}${fraction}${zone}"`;
}

function times(unit: Unit): CellText {
  return (value) => {
    const [seconds, fraction] = split(BigInt(value as bigint), unit);
    return `"${new Date(seconds * 1000).toISOString().slice(-13, -5)}${fraction}"`;
  };
}

/** Whole seconds, and the rest with a point before it. */
function split(value: bigint, unit: Unit): [seconds: number, fraction: string] {
  const per = PER_SECOND[unit];
  const rest = ((value % per) + per) % per;
  const digits = String(rest)
    .padStart(String(per).length - 1, '0')
    .replace(/0+$/, '');
  return [Number((value - rest) / per), digits === '' ? '' : `.${digits}`];
}

function dateText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `not a valid day: ${ms / DAY_MS}` : `"${date.toISOString().split('T')[0]}"`;
}

/** Of a decimal: an integer, or the bytes of one, the highest first. */
function unscaled(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as bigint);
  return value.length === 0 ? 0n : BigInt.asIntN(8 * value.length, BigInt(`0x${hex(value)}`));
}

function decimalText(value: bigint, scale: number): string {
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function integers({ bitWidth, isSigned }: { readonly bitWidth: number; readonly isSigned: boolean }): CellText {
  if (isSigned) return String;
  return bitWidth === 64 ? (value) => String(BigInt.asUintN(64, BigInt(value as bigint))) : (value) => String((value as number) >>> 0);
}

/** INT_8 to UINT_64. */
function integersOf(converted: string | undefined): CellText | undefined {
  const [, unsigned, bits] = /^(U?)INT_(\d+)$/.exec(converted ?? '') ?? [];
  return bits === undefined ? undefined : integers({ bitWidth: Number(bits), isSigned: unsigned === '' });
}

const FLOAT_DIGITS = 9;

/** The fewest digits that mean this number of 32 bits, as databases show it: 0.1, not 0.10000000149011612. */
function floatText(value: number): string {
  for (let digits = 6; digits < FLOAT_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return numberText(short);
  }
  return numberText(Number.isFinite(value) ? Number(value.toPrecision(FLOAT_DIGITS)) : value);
}

/** NaN and Infinity have no form in JSON, and stay as they are. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function halfFloat([low = 0, high = 0]: Uint8Array): number {
  const [sign, exponent, fraction] = [high >> 7 ? -1 : 1, (high >> 2) & 31, ((high & 3) << 8) | low];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/** Months, days and milliseconds as ISO 8601 has durations. */
function intervalText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [months, days, ms] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [number, number, number];
  return `"P${months}M${days}DT${ms / 1000}S"`;
}

/** A document keeps its digits. What is not JSON must not be taken for the members behind it. */
function documentText(bytes: Uint8Array): string {
  const text = textOrBad(bytes);
  try {
    if (text instanceof BadText) return notJson(bytes);
    JSON.parse(text);
    // White space: inside of strings there are no line ends.
    return text.replace(/[\r\n]/g, ' ');
  } catch {
    return notJson(bytes);
  }
}

function notJson(bytes: Uint8Array): string {
  return `bytes that are not text: ${hex(bytes.subarray(0, SHOWN_BYTES))}${bytes.length > SHOWN_BYTES ? '...' : ''}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
