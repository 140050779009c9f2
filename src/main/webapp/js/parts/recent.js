/** What just happened, whichever apps the list shows: the last transitions since the page was opened. */

import { html, repeat } from '../libraries.js';
import { time } from '../format.js';
import { appLink, stateMark } from './marks.js';

const KEPT = 5;

export class Recent {
  #entries = [];

  /** Entries that change no state, such as an operator's wish, stand in the app's timeline alone. */
  add(entry) {
    if (entry.to && entry.from !== entry.to && !this.#entries.some(({ id }) => id === entry.id)) {
      this.#entries = [entry, ...this.#entries].slice(0, KEPT);
    }
  }

  template() {
    return html`
      <div class="recent">
        <h2>Just now</h2>
        ${this.#entries.length ? html`
          <ol>${repeat(this.#entries, ({ id }) => id, ({ id, app, at, to }) => html`
            <li class="fresh" data-happened=${app} data-entry=${id} data-to=${to}>${appLink(app)} ${stateMark(to)} <span class="muted">${time(at)}</span></li>`)}</ol>`
          : html`<p class="muted">Nothing has happened since this page was opened.</p>`}
      </div>`;
  }
}
