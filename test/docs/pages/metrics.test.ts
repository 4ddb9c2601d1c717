/** What each block of docs/metrics.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { METRICS } from '../../../lib/metrics/metrics.ts';
import { blocksIn } from '../blocks.ts';
import { type Promised, testPage } from '../page.ts';

const PAGE = 'docs/metrics.md';
const texts = blocksIn(readFileSync(PAGE, 'utf8')).filter(({ language }) => language === 'text');
/** Any other port than the one that the page names may be taken, too. */
const free = (code: string): string => code.replace('9464', '0');

const COMMAND: Promised = {
  language: 'sh',
  holds: /--metrics-port 9464/,
  async check(place, code) {
    const { stderr } = await place.sh(free(code), { status: 1 });
    const shown = texts.find(({ code: text }) => text.startsWith('metrics on'))?.code ?? '';
    assert.ok(stderr.replace(/:\d+\/metrics/, ':9464/metrics').includes(shown), stderr);
  },
};

const PROGRAM: Promised = {
  language: 'js',
  holds: /serveMetrics\(/,
  async check(place, code) {
    const { stdout } = await place.js(free(code));
    assert.equal(stdout, texts.find(({ code: text }) => text.startsWith('customerio_rows_total'))?.code);
  },
};

/** What is shown is compared with the output of the block before it. */
function shown(holds: RegExp): Promised {
  return { language: 'text', holds, check: async () => {} };
}

const SCRAPE: Promised = {
  language: 'yaml',
  holds: /scrape_configs/,
  check: async (_place, code) => assert.match(code, /^ {6}- targets: \['[\w-]+:9464', '[\w-]+:9464'\]$/m),
};

const ALERTS: Promised = {
  language: 'yaml',
  holds: /alert: /,
  async check(_place, code) {
    const rules = [...code.matchAll(/^ {6}- alert: (\w+)\n {8}expr: (.*)$/gm)];
    assert.equal(rules.length, 7);
    for (const [, alert, expr = ''] of rules) {
      for (const [, name = '', labels = ''] of expr.matchAll(/(customerio_\w+)(?:\{(.*?)\})?/g)) {
        const metric = METRICS[name];
        assert.ok(metric, `${alert}: ${name}`);
        for (const [, label = ''] of labels.matchAll(/(\w+)[=!]/g)) assert.ok(metric.labels.includes(label), `${alert}: ${label}`);
      }
      for (const [, label = ''] of expr.matchAll(/by \((\w+)\)/g)) assert.ok(METRICS.customerio_kafka_lag?.labels.includes(label), alert);
    }
  },
};

testPage(PAGE, [COMMAND, PROGRAM, shown(/^metrics on/), shown(/^customerio_rows_total/), SCRAPE, ALERTS]);
