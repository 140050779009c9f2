/** Messages that could not be dealt with: read, replayed or discarded. */

import { html, nothing, repeat } from '../libraries.js';
import { get, post } from '../api.js';
import { bytes, count, time } from '../format.js';
import { LetterActions } from '../letter-actions.js';
import { Page } from '../page.js';
import { codeLink, empty, problemBox } from '../parts/marks.js';
import { link } from '../router.js';
import { mayAct } from '../session.js';
import { askSoon } from '../status.js';

const SIZE = 100;
const INTERVAL = 15_000;

export default class DeadLetters extends Page {
  #letters;
  #actions = new LetterActions(this);
  #all = {};
  #timer = setInterval(() => this.refresh(), INTERVAL);

  get title() {
    return 'Dead letters';
  }

  get ready() {
    return this.#letters !== undefined;
  }

  async load() {
    this.#letters = await get(`/dead-letters?size=${SIZE}`, this.signal);
  }

  heard(type) {
    if (type === 'transition') {
      this.refreshSoon(1000);
    }
  }

  close() {
    super.close();
    clearInterval(this.#timer);
  }

  template() {
    const { total, items } = this.#letters;
    return html`
      <h1 tabindex="-1">Dead letters</h1>
      <p class="lead">Messages that could not be dealt with, each with its reason. A replay puts one back into the orchestrator's own queue.</p>
      ${mayAct() && items.length ? html`
        <div class="toolbar">
          <button type="button" data-action="replay-all" ?disabled=${this.#all.busy} @click=${() => this.#replayAll()}>${this.#all.busy ? 'Replaying…' : `Replay all ${total}`}</button>
        </div>` : nothing}
      <div class="outcome" role="status" data-outcome=${this.#all.problem ? 'refused' : this.#all.message ? 'accepted' : nothing}>${
        this.#all.problem ? problemBox(this.#all.problem) : this.#all.message ?? nothing}</div>
      ${this.#actions.lastOutcome()}
      ${items.length ? this.#table(items) : empty('There is none: every message was dealt with.')}
      ${total > items.length ? html`<p class="muted">${count(total - items.length, 'more is', 'more are')} in the queue; the oldest are shown.</p>` : nothing}`;
  }

  #table(items) {
    return html`
      <table class="stacking" role="table">
        <caption class="unseen">Dead letters with reason, queue and attempts</caption>
        <thead role="rowgroup"><tr role="row">${['When', 'Reason', 'Message', 'Queue', 'Attempts', 'Size', 'Beginning', 'Actions'].map((label) =>
          html`<th scope="col" role="columnheader">${label}</th>`)}</tr></thead>
        <tbody role="rowgroup">${repeat(items, ({ id }) => id, (letter) => html`
          <tr role="row" data-letter=${letter.id}>
            <th scope="row" role="rowheader"><a href=${link('dead-letter', letter.id)}>${letter.time ? time(letter.time) : 'unknown'}<span class="unseen">, read</span></a></th>
            <td role="cell" data-label="Reason">${codeLink(letter.reason)}</td>
            <td role="cell" data-label="Message" class="said">${letter.message}</td>
            <td role="cell" data-label="Queue"><code class="long">${letter.queue}</code></td>
            <td role="cell" data-label="Attempts" class="number">${letter.attempts || 'unknown'}${letter.replays ? html` <span class="muted">+ ${count(letter.replays, 'replay')}</span>` : nothing}</td>
            <td role="cell" data-label="Size" class="number">${bytes(letter.size)}</td>
            <td role="cell" data-label="Beginning"><code class="preview">${letter.preview}</code></td>
            <td role="cell" data-label="Actions">${this.#actions.bar(letter)}</td>
          </tr>`)}</tbody>
      </table>`;
  }

  async #replayAll() {
    this.#all = { busy: true };
    this.draw();
    try {
      const { replayed, left } = await post('/dead-letters/replay');
      this.#all = { message: `${count(replayed, 'message was', 'messages were')} replayed, ${left} left.` };
    } catch (problem) {
      this.#all = { problem };
    }
    askSoon();
    this.refresh();
  }
}
