/** What surrounds every place: the name, how to send here, the counts, the tabs, and what is wrong. */

import type { Desk } from '../desk.ts';
import { grouped } from '../format.ts';
import { html, nothing, type TemplateResult } from '../lit/lit-html.js';
import type { Connection } from '../live.ts';
import { linkTo } from '../place.ts';

/** A place for the row of tabs. */
export interface TabLink {
  readonly tab: string;
  readonly title: string;
  readonly count: number | undefined;
}

const LINES: Record<Connection, string> = { connecting: 'Connecting', live: 'Live', gone: 'Stopped' };
/** Beside the tabs' own numbers. */
const COUNTS: readonly (readonly [name: string, title: string])[] = [
  ['applied', 'applied'],
  ['duplicates', 'duplicates'],
  ['ignored', 'without effect'],
  ['limited', 'over the rate (429)'],
  ['unauthorized', 'unauthorized (401)'],
  ['faults', 'hit by a fault'],
];

/** The whole page around `content`. */
export function frame(desk: Desk, tabs: readonly TabLink[], content: unknown): TemplateResult {
  return html`<header>
      <div class="top">
        <h1><img src="/page/icon.svg" alt="" width="22" height="22" /> cio-stream <span>sandbox</span></h1>
        <p class="line ${desk.line}" role="status">${desk.paused && desk.line === 'live' ? 'Paused' : LINES[desk.line]}</p>
        <button type="button" aria-pressed=${desk.paused} @click=${() => desk.pause(!desk.paused)}>${desk.paused ? 'Resume' : 'Pause'}</button>
        <button type="button" @click=${() => resetDialog()?.showModal()}>Reset …</button>
      </div>
      ${exportLines(desk)}
      <dl class="counts">
        ${COUNTS.map(([name, title]) => html`<div class=${desk.counts[name] ? '' : 'none'}><dt>${title}</dt><dd data-count=${name}>${grouped(desk.counts[name] ?? 0)}</dd></div>`)}
      </dl>
      <nav class="tabs" aria-label="What arrived">
        ${tabs.map(({ tab, title, count }) => html`<a href=${linkTo({ tab })} aria-current=${desk.place.tab === tab ? 'page' : nothing}>${title}${count === undefined ? nothing : html` <span class="badge">${grouped(count)}</span>`}</a>`)}
      </nav>
    </header>
    <main>
      <div role="alert">${trouble(desk)}</div>
      ${content}
    </main>
    ${asksForReset(desk)}`;
}

function trouble({ line, problem }: Desk): TemplateResult | typeof nothing {
  if (line === 'gone')
    return html`<p class="problem"><strong>The sandbox has stopped.</strong> Below is what it held last. The page updates again when a sandbox runs at this address.</p>`;
  return problem === undefined ? nothing : html`<p class="problem">${problem}</p>`;
}

/** What a terminal needs to send here. A key of the user's own is not shown, nor known to the page. */
function exportLines({ account }: Desk): TemplateResult {
  const { siteId, apiKey } = account;
  const lines = `export CUSTOMERIO_BASE_URL=${location.origin}
export CUSTOMERIO_SITE_ID=${quoted(siteId)}
export CUSTOMERIO_API_KEY=${apiKey === undefined ? '...' : quoted(apiKey)}`;
  return html`<div class="exports">
    <pre tabindex="0" aria-label="To send here">${lines}</pre>
    <button type="button" @click=${(event: Event) => void copy(event.target as HTMLButtonElement, lines)}>Copy</button>
  </div>`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Without a clipboard (it needs https or this machine) the lines are selected. */
async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(button.previousElementSibling ?? button);
    button.textContent = 'Selected: press Ctrl-C';
  }
}

function resetDialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>('#reset');
}

function asksForReset(desk: Desk): TemplateResult {
  const closed = (event: Event): void => {
    const dialog = event.target as HTMLDialogElement;
    if (dialog.returnValue === 'reset') void desk.reset(dialog.querySelector('input')?.checked ?? false);
    dialog.returnValue = '';
  };
  return html`<dialog id="reset" aria-labelledby="reset-title" @close=${closed}>
    <form method="dialog">
      <h2 id="reset-title">Empty the sandbox?</h2>
      <p>People, events, requests, refused items and counts are deleted.</p>
      <label><input type="checkbox" /> Clear the faults, too</label>
      <div class="row">
        <button value="cancel">Cancel</button>
        <button value="reset" class="main danger">Empty it</button>
      </div>
    </form>
  </dialog>`;
}
