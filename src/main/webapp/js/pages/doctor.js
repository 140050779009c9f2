/** The doctor's findings: what is missing around the orchestrator, and the cure. */

import { html, nothing } from '../libraries.js';
import { get } from '../api.js';
import { time } from '../format.js';
import { Page } from '../page.js';
import { checkMark, empty, facts, prose } from '../parts/marks.js';

const ORDER = ['failed', 'warning', 'ok'];

export default class Doctor extends Page {
  #report;
  #busy = false;

  get title() {
    return 'Doctor';
  }

  get ready() {
    return this.#report !== undefined;
  }

  async load() {
    this.#busy = true;
    this.draw();
    try {
      this.#report = await get('/doctor', this.signal);
    } finally {
      this.#busy = false;
    }
  }

  heard() {}

  template() {
    const { at, findings } = this.#report;
    const sorted = findings.toSorted((left, right) => ORDER.indexOf(left.status) - ORDER.indexOf(right.status));
    const wrong = findings.filter(({ status }) => status !== 'ok').length;
    return html`
      <h1 tabindex="-1">Doctor</h1>
      <div class="toolbar">
        <button type="button" class="primary" data-action="examine" ?disabled=${this.#busy} @click=${() => this.refresh()}>${this.#busy ? 'Examining…' : 'Examine again'}</button>
        <span role="status">${wrong ? `${wrong} of ${findings.length} checks found something` : 'All is well'}, ${time(at)}</span>
      </div>
      ${findings.length ? html`<ul class="findings">${sorted.map(finding)}</ul>` : empty('No check was made.')}`;
  }
}

function finding({ check, status, summary, cure, details = {} }) {
  const entries = Object.entries(details).map(([name, value]) => [name, typeof value === 'object' ? Object.values(value ?? {}).join(', ') : String(value)]);
  return html`
    <li class="panel" data-check=${check} data-status=${status}>
      <h2>${check} ${checkMark(status)}</h2>
      <p>${prose(summary)}</p>
      ${cure && status !== 'ok' ? html`<p><strong>Cure:</strong> ${prose(cure)}</p>` : nothing}
      ${entries.length ? html`<details><summary>Details</summary>${facts(entries)}</details>` : nothing}
    </li>`;
}
