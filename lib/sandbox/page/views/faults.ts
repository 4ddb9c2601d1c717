/** Faults: what goes wrong now, and a form for what goes wrong from now on. */

import { order } from '../control.ts';
import type { Desk } from '../desk.ts';
import { exactText } from '../exact.ts';
import { counted, grouped, visible } from '../format.ts';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';
import { inWords, PRESETS, type Preset, type Rule } from './fault-words.ts';

/** A rule in force. */
export interface ActiveRule {
  readonly fault: Rule;
  readonly acted: number;
}

const FOREVER = 'until it is cleared';
const START_TIMES = 3;

/** The tab. The answer: the rules in force. */
export function faultsView(desk: Desk): TemplateResult {
  const rules = rulesIn(desk.answers?.[0]);
  return html`<section class="faults" aria-labelledby="title">
    <div class="bar"><h2 id="title" tabindex="-1">Faults</h2></div>
    ${rules && (rules.length === 0 ? html`<p class="empty">No fault is set: every request is answered as usual. Choose one below.</p>` : active(desk, rules))}
    ${form(desk)} ${expert(desk, rules ?? [])}
  </section>`;
}

/** The rules that `GET /faults` gives. */
function rulesIn(answer: unknown): readonly ActiveRule[] | undefined {
  return (answer as { faults?: readonly ActiveRule[] } | undefined)?.faults;
}

function active(desk: Desk, rules: readonly ActiveRule[]): TemplateResult {
  return html`<div class=${rules.every(isOver) ? 'active over' : 'active'}>
    <ul>
      ${rules.map((rule) => html`<li><strong>${visible(inWords(rule.fault))}</strong>: ${howOften(rule)}</li>`)}
    </ul>
    <button type="button" @click=${() => void set(desk, '[]')}>Clear all faults</button>
  </div>`;
}

function isOver({ fault: { times }, acted }: ActiveRule): boolean {
  return typeof times === 'number' && acted >= times;
}

function howOften(rule: ActiveRule): string {
  const { times } = rule.fault;
  if (typeof times !== 'number') return `has acted ${counted(rule.acted, 'time')}, ${FOREVER}`;
  return `has acted ${grouped(rule.acted)} of ${counted(times, 'time')}${isOver(rule) ? ', and is over' : ''}`;
}

function form(desk: Desk): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void set(desk, JSON.stringify([chosen(event.target as HTMLFormElement)]));
  };
  return html`<form class="presets" @submit=${submit}>
    <fieldset>
      <legend>What goes wrong</legend>
      ${PRESETS.map((preset, index) => choice(preset, index === 0))}
    </fieldset>
    <div class="row">
      <label>For how many requests <input type="number" name="times" min="1" max="1000000" .defaultValue=${String(START_TIMES)} placeholder=${FOREVER} /></label>
      <button type="submit" class="main">Set this fault</button>
      <small>It replaces the faults above. Leave the number empty for all requests ${FOREVER}.</small>
    </div>
  </form>`;
}

function choice({ name, title, says, amount }: Preset, isFirst: boolean): TemplateResult {
  return html`<div class="choice">
    <label><input type="radio" name="kind" value=${name} ?checked=${isFirst} /> <span><strong>${title}</strong> <small>${says}</small></span></label>
    ${amount ? html`<label class="amount">${amount.label} <input type="number" name=${name} min="0" max=${amount.max} required .defaultValue=${String(amount.start)} /></label>` : nothing}
  </div>`;
}

function chosen(form: HTMLFormElement): Rule {
  const values = new FormData(form);
  const preset = PRESETS.find(({ name }) => name === values.get('kind')) ?? PRESETS[0];
  const times = String(values.get('times'));
  return { ...preset?.rule(Number(values.get(preset.name))), ...(times !== '' && { times: Number(times) }) };
}

function expert(desk: Desk, rules: readonly ActiveRule[]): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void set(desk, String(new FormData(event.target as HTMLFormElement).get('rules')));
  };
  const now = exactText(
    rules.map(({ fault }) => fault),
    2,
  );
  return html`<details class="expert">
    <summary>Other faults, as JSON</summary>
    <form @submit=${submit}>
      <label for="rules">A list of rules. The first one that matches a request acts.</label>
      <textarea id="rules" name="rules" rows="8" spellcheck="false" .defaultValue=${now === '[]' ? EXAMPLE : now}></textarea>
      <button type="submit">Set these faults</button>
    </form>
  </details>`;
}

const EXAMPLE = '[{ "path": "/api/v2/batch", "after": 2, "times": 1, "status": 503 }]';

async function set(desk: Desk, rules: string): Promise<void> {
  await desk.trying(() => order('POST', '/faults', rules), true);
  if (desk.problem === undefined) await desk.refresh();
}
