/** What happened to an app, newest first: its transitions with cause, actor and details. */

import { html, nothing, repeat } from '../libraries.js';
import { get, path } from '../api.js';
import { time } from '../format.js';
import { codeLink, empty, facts, prose, stateMark } from './marks.js';

const SIZE = 10;
/** A page may stay open for days. */
const MOST = 500;

export class Timeline {
  #page;
  #entries = new Map();
  #more = false;
  #busy = false;

  /** @param {import('../page.js').Page} page of the app */
  constructor(page) {
    this.#page = page;
  }

  /** The newest entries; older ones that were asked for stay. */
  async load() {
    const { items, more } = await this.#get('');
    if (!items.some(({ id }) => this.#entries.has(id))) {
      // The first time; or so much was missed that what is known would follow on a gap.
      this.#entries.clear();
      this.#more = more;
    }
    items.forEach((entry) => this.add(entry));
  }

  add(entry) {
    this.#entries.set(entry.id, entry);
    if (this.#entries.size > MOST) {
      this.#entries.delete(Math.min(...this.#entries.keys()));
      this.#more = true;
    }
  }

  template() {
    const entries = [...this.#entries.values()].sort((left, right) => right.id - left.id);
    return entries.length ? html`
      <ol class="timeline">${repeat(entries, ({ id }) => id, entryTemplate)}</ol>
      ${this.#more ? html`<button type="button" data-action="older" ?disabled=${this.#busy} @click=${() => this.#older()}>Show older</button>` : nothing}`
      : empty('Nothing has happened to this app yet.');
  }

  async #older() {
    this.#busy = true;
    this.#page.draw();
    try {
      const { items, more } = await this.#get(`&before=${Math.min(...this.#entries.keys())}`);
      items.forEach((entry) => this.#entries.set(entry.id, entry));
      this.#more = more;
    } catch (problem) {
      this.#page.trouble = problem;
    }
    this.#busy = false;
    this.#page.draw();
  }

  #get(before) {
    return get(`${path('deployments', this.#page.app, 'timeline')}?size=${SIZE}${before}`, this.#page.signal);
  }
}

function entryTemplate({ id, at, from, to, cause, actor, node, code, message, fence, details = {} }) {
  const { log, ...others } = details;
  return html`
    <li data-entry=${id} data-to=${to ?? nothing}>
      <div class="entry-head">${time(at)} ${from && from !== to ? html`${stateMark(from)} <span aria-hidden="true">→</span><span class="unseen">to</span> ` : nothing}${stateMark(to)} ${codeLink(code)}</div>
      ${message ? html`<p class="said">${prose(message)}</p>` : nothing}
      <p class="muted">${[cause && `cause: ${cause}`, actor && `by ${actor}`, node && `on ${node}`, fence && `fence ${fence}`].filter(Boolean).join(' · ')}</p>
      ${Object.keys(others).length ? facts(Object.entries(others)) : nothing}
      ${log ? html`<details><summary>Last lines of its log</summary><pre tabindex="0" aria-label="Last lines of the log">${log}</pre></details>` : nothing}
    </li>`;
}
