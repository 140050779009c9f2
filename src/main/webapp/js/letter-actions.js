/** The buttons of a dead letter: replay, and discard after a question. */

import { html, nothing } from './libraries.js';
import { path, post, remove } from './api.js';
import { problemBox } from './parts/marks.js';
import { mayAct } from './session.js';
import { askSoon } from './status.js';

export class LetterActions {
  #page;
  #outcomes = new Map();
  #last;

  /** @param {import('./page.js').Page} page @param {(message: string) => void} [gone] called when a letter left the queue */
  constructor(page, gone = () => page.refresh()) {
    this.#page = page;
    this.gone = gone;
  }

  bar(letter) {
    const { id } = letter;
    const { busy, problem } = this.#outcomes.get(id) ?? {};
    return mayAct() ? html`
      <div class="actions">
        <button type="button" data-action="replay" data-letter=${id} ?disabled=${busy} @click=${() => this.#replay(id)}>Replay</button>
        <button type="button" data-action="discard" data-letter=${id} ?disabled=${busy} @click=${() => this.#discard(letter)}>Discard</button>
      </div>
      ${problem ? html`<div data-outcome="refused">${problemBox(problem)}</div>` : nothing}` : nothing;
  }

  /** What came of the last letter that left, as its row is gone. */
  lastOutcome() {
    return html`<div class="outcome" role="status" data-outcome=${this.#last ? 'accepted' : nothing}>${this.#last ?? nothing}</div>`;
  }

  async #replay(id) {
    this.#note(id, { busy: true });
    try {
      await post(path('dead-letters', id, 'replay'));
      this.#left(id, 'The message was replayed; what comes of it shows at its app.');
    } catch (problem) {
      this.#note(id, { problem });
    }
  }

  async #discard({ id, reason, size }) {
    const { ask } = await import('./dialog.js');
    const { done } = await ask({
      name: 'discard',
      title: 'Discard this message?',
      body: () => html`<p>The message (${reason}${size ? `, ${size} B` : ''}) is deleted from the queue and cannot be replayed any more.</p>`,
      confirm: 'Discard',
      danger: true,
      act: () => remove(path('dead-letters', id)),
    });
    if (done) {
      this.#left(id, 'The message was discarded.');
    }
  }

  #left(id, message) {
    this.#last = message;
    this.#outcomes.delete(id);
    askSoon();
    this.gone(message);
    this.#page.draw();
  }

  #note(id, outcome) {
    this.#outcomes.set(id, outcome);
    this.#page.draw();
  }
}
