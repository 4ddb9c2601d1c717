/** Reads the text that Prometheus scrapes, and is as strict as its format: version 0.0.4. */
import assert from 'node:assert/strict';

/** One metric with all that it says. */
export interface Family {
  readonly help: string;
  readonly type: string;
  /** By the name and the labels as they are written. */
  readonly samples: Map<string, number>;
  /** The names of its labels. */
  readonly labels: Set<string>;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN|Nan|[+-]?Inf)$/;

/** All metrics by name. `Nan` is what prom-client writes, and Prometheus reads. */
export function readExposition(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line has an end');
  const families = new Map<string, Family>();
  let family: (Family & { name: string }) | undefined;
  let help: [name: string, text: string] | undefined;
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') help = [name, rest];
    else if (kind === 'TYPE') {
      assert.equal(help?.[0], name, 'each has a HELP right before its TYPE');
      assert.ok(!families.has(name), `${name} comes once`);
      assert.ok(['counter', 'gauge', 'histogram', 'summary'].includes(rest), line);
      family = { name, help: help?.[1] ?? '', type: rest, samples: new Map(), labels: new Set() };
      families.set(name, family);
    } else {
      const [whole, of = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      assert.ok(whole !== undefined && family !== undefined, `not a sample: ${line}`);
      const ends = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      assert.ok(
        ends.some((end) => of === family?.name + end),
        `${of} stands under ${family.name}`,
      );
      const key = labels === '' ? of : `${of}{${labels}}`;
      assert.ok(!family.samples.has(key), `twice: ${key}`);
      family.samples.set(key, Number(value.replace('Inf', 'Infinity')));
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) family.labels.add(label);
    }
  }
  return families;
}
