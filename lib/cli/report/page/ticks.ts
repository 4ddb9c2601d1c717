/** Where the axes of a chart have their marks, and what stands there: round numbers, and round times. Pure functions. */

/** A mark on an axis. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps between times that people count in. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * DAY),
];

/** So many parts an axis has, about. */
const [COUNT_PARTS, TIME_PARTS] = [4, 6];

/** Marks for counts from 0 to at least `most`: whole numbers, the last at or above it. */
export function countTicks(most: number): Tick[] {
  const rough = Math.max(most, 1) / COUNT_PARTS;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((n) => n * magnitude >= rough) as number) * magnitude);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, n) => ({ at: n * step, label: short(n * step) }));
}

/** Marks for the time from 0 to `milliseconds`. */
export function timeTicks(milliseconds: number): Tick[] {
  const step = TIME_STEPS.find((one) => one * TIME_PARTS >= milliseconds) ?? DAY * Math.ceil(milliseconds / DAY / TIME_PARTS);
  return Array.from({ length: Math.floor(milliseconds / step) + 1 }, (_, n) => ({ at: n * step, label: timeLabel(n * step, step) }));
}

/** 1,500,000 -> 1.5M. */
function short(value: number): string {
  return value.toLocaleString('en-US', { notation: value < 10_000 ? 'standard' : 'compact', maximumFractionDigits: 1 });
}

function timeLabel(time: number, step: number): string {
  if (time === 0) return '0';
  if (step < SECOND && time < MINUTE) return step < 100 && time < SECOND ? `${time} ms` : `${time / SECOND} s`;
  if (step < MINUTE && time < MINUTE) return `${time / SECOND} s`;
  const [days, hours] = [Math.floor(time / DAY), Math.floor((time % DAY) / HOUR)];
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor((time % HOUR) / MINUTE))}:${two(Math.floor((time % MINUTE) / SECOND))}`;
  if (step >= HOUR) return [...(days > 0 ? [`${days} d`] : []), ...(hours > 0 || days === 0 ? [`${hours} h`] : [])].join(' ');
  return time < HOUR ? clock.replace(/^0/, '') : `${days > 0 ? `${days} d ` : ''}${hours}:${clock}`;
}
