/** The nodes: which answer, what they run, and taking a dead one out. */

import { html, nothing } from '../libraries.js';
import { get, path, post } from '../api.js';
import { ask } from '../dialog.js';
import { count, shortId, time } from '../format.js';
import { Page } from '../page.js';
import { empty, toneMark } from '../parts/marks.js';
import { mayAct } from '../session.js';

const INTERVAL = 10_000;

export default class Nodes extends Page {
  #nodes;
  #said;
  #timer = setInterval(() => this.refresh(), INTERVAL);

  get title() {
    return 'Nodes';
  }

  get ready() {
    return this.#nodes !== undefined;
  }

  async load() {
    this.#nodes = (await get('/nodes', this.signal)).items;
  }

  close() {
    super.close();
    clearInterval(this.#timer);
  }

  template() {
    return html`
      <h1 tabindex="-1">Nodes</h1>
      <p class="lead">A node is a Docker engine with an orchestrator of its own. An app stays on its node; retiring a node that is gone for good gives its apps to another.</p>
      <div class="outcome" role="status" data-outcome=${this.#said ? 'accepted' : nothing}>${this.#said ?? nothing}</div>
      ${this.#nodes.length ? this.#table() : empty('No node has reported yet.')}`;
  }

  #table() {
    return html`
      <table class="stacking" role="table">
        <caption class="unseen">Nodes with engine and apps</caption>
        <thead role="rowgroup"><tr role="row">${['Node', 'State', 'Seen', 'Apps', 'Engine', 'Actions'].map((label) => html`<th scope="col" role="columnheader">${label}</th>`)}</tr></thead>
        <tbody role="rowgroup">${this.#nodes.map((node) => this.#row(node))}</tbody>
      </table>`;
  }

  #row(node) {
    const { name, engineId, seenAt, alive, retired, here, apps } = node;
    return html`
      <tr role="row" data-node=${name} data-alive=${alive}>
        <th scope="row" role="rowheader">${name}${here ? html` <span class="tag">this one</span>` : nothing}</th>
        <td role="cell" data-label="State">${retired ? toneMark('retired', '■', 'idle') : alive ? toneMark('alive', '✓', 'good') : toneMark('away', '✕', 'bad')}</td>
        <td role="cell" data-label="Seen">${time(seenAt)}</td>
        <td role="cell" data-label="Apps" class="number"><a href="#/?node=${encodeURIComponent(name)}">${apps ?? 0}<span class="unseen"> apps on ${name}</span></a></td>
        <td role="cell" data-label="Engine"><code title=${engineId ?? nothing}>${shortId(engineId)}</code></td>
        <td role="cell" data-label="Actions">${mayAct() && !retired && this.#others(name).length ? html`
          <button type="button" data-action="retire" data-node=${name} @click=${() => this.#retire(node)}>Retire<span class="unseen"> ${name}</span></button>` : nothing}</td>
      </tr>`;
  }

  #others(name) {
    return this.#nodes.filter((other) => other.name !== name && other.alive && !other.retired);
  }

  async #retire({ name, apps, alive }) {
    const { done, answer } = await ask({
      name: 'retire',
      title: `Retire node ${name}?`,
      body: () => html`
        ${alive ? html`<p class="note">It answers still. Retire only a node that is gone for good: what runs on it would run twice.</p>` : nothing}
        <p>Its ${count(apps ?? 0, 'app goes', 'apps go')} to another node. Data volumes stay where they are, on ${name}: the apps start without them.</p>
        <label for="retire-target">Node that takes over</label>
        <select id="retire-target" name="target" required autofocus>
          <option value="">Choose…</option>
          ${this.#others(name).map((other) => html`<option>${other.name}</option>`)}
        </select>`,
      confirm: 'Retire',
      danger: true,
      act: (fields) => post(path('nodes', name, 'retire'), { target: fields.get('target') }),
    });
    if (done) {
      const moved = answer?.apps ?? [];
      this.#said = `${name} is retired. ${moved.length ? `Moving: ${moved.join(', ')}.` : 'It had no apps.'}`;
      this.refresh();
    }
  }
}
