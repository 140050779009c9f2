/** The log of an app, following: lines go straight into the document, a batch a frame, the oldest leave. */

import { html, nothing } from '../libraries.js';
import { address, get, path, stream as addressOf } from '../api.js';
import { isAway, presence } from '../presence.js';
import { problemBox } from './marks.js';

const FIRST = 50;
const KEPT = 2000;
const WHOLE = 5000;

export class LogView {
  #page;
  #stream;
  #pending = [];
  #frame = 0;
  #end = '';
  #problem;
  #unwanted = false;
  /** Nobody looks, while the log would be followed otherwise. */
  #paused = false;
  /** Where to go on. */
  #last = '';
  #wrap = true;
  #lines = document.createElement('div');

  /** @param {import('../page.js').Page} page of the app */
  constructor(page) {
    this.#page = page;
    this.#lines.className = 'lines';
    presence.addEventListener('leave', () => this.#leave(), { signal: page.signal });
    presence.addEventListener('return', () => this.#return(), { signal: page.signal });
  }

  /** Follows from the last lines on; what was shown goes. */
  follow() {
    this.close();
    this.#lines.replaceChildren();
    this.#pending = [];
    this.#last = '';
    this.#open();
  }

  #open() {
    this.#end = '';
    this.#problem = undefined;
    this.#unwanted = false;
    this.#paused = isAway();
    if (!this.#paused) {
      const from = this.#last ? { after: this.#last } : { lines: FIRST };
      const stream = new EventSource(addressOf(path('deployments', this.#page.app, 'logs', 'stream'), from));
      this.#stream = stream;
      stream.addEventListener('line', (event) => this.#add(event));
      stream.addEventListener('end', (event) => this.#ended(JSON.parse(event.data).reason));
      stream.onopen = () => this.#page.draw();
      stream.onerror = () => this.#broken(stream);
    }
    this.#page.draw();
  }

  #leave() {
    if (this.#stream) {
      this.close();
      this.#paused = true;
    }
  }

  #return() {
    if (this.#paused) {
      this.#open();
    }
  }

  /** Follows again what ended by itself, as the container runs again. */
  resume() {
    if (!this.#stream && !this.#paused && !this.#unwanted) {
      this.follow();
    }
  }

  close() {
    this.#stream?.close();
    this.#stream = undefined;
    this.#paused = false;
  }

  template({ app }) {
    const following = this.#stream !== undefined;
    const open = this.#stream?.readyState === EventSource.OPEN;
    return html`
      <div class="toolbar">
        ${following ? html`<button type="button" data-action="stop-log" @click=${() => this.#stop()}>Stop following</button>`
          : html`<button type="button" data-action="follow-log" @click=${() => this.follow()}>Follow</button>`}
        <label class="check"><input type="checkbox" ?checked=${this.#wrap} @change=${({ target }) => this.#setWrap(target.checked)}> Wrap long lines</label>
        <a href=${address(`${path('deployments', app, 'logs')}?lines=${WHOLE}`)} target="_blank" rel="noopener">As text<span class="unseen">, in a new tab</span></a>
        <span class="muted" role="status" data-following=${following}>${following ? open ? 'Following' : 'Connecting…' : this.#end}</span>
      </div>
      ${this.#problem ? problemBox(this.#problem) : nothing}
      <div id="log" class=${this.#wrap ? 'log wrap' : 'log'} role="log" aria-live="off" aria-label=${`Log of ${app}`} tabindex="0"></div>`;
  }

  drawn() {
    const place = this.#page.root.querySelector('#log');
    if (place && this.#lines.parentNode !== place) {
      place.append(this.#lines);
    }
  }

  #add({ data, lastEventId }) {
    this.#last = lastEventId;
    this.#pending.push(JSON.parse(data));
    this.#frame ||= requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    this.#frame = 0;
    const place = this.#lines.parentNode;
    const atEnd = !place || place.scrollHeight - place.scrollTop - place.clientHeight < 40;
    this.#lines.append(...this.#pending.splice(0).map(({ line, stream }) => {
      const element = document.createElement('div');
      element.textContent = line;
      if (stream === 'stderr') {
        element.className = 'stderr';
      }
      return element;
    }));
    while (this.#lines.childElementCount > KEPT) {
      this.#lines.firstChild.remove();
    }
    if (place && atEnd) {
      place.scrollTop = place.scrollHeight;
    }
  }

  #stop() {
    this.#unwanted = true;
    this.#ended('Stopped by you.');
  }

  #ended(reason) {
    this.close();
    this.#end = reason || 'The log ended.';
    this.#page.draw();
  }

  /** A stream cannot say why it was refused; the same request without one does. */
  async #broken(stream) {
    if (this.#stream !== stream) {
      return;
    }
    if (stream.readyState === EventSource.CONNECTING) {
      // The browser tries again, and says from where.
      this.#page.draw();
      return;
    }
    this.#ended('Not following');
    try {
      await get(`${path('deployments', this.#page.app, 'logs')}?lines=1`, this.#page.signal);
      this.#end = 'The connection was lost, or too many logs are followed.';
    } catch (problem) {
      this.#problem = problem;
    }
    this.#page.draw();
  }

  #setWrap(wrap) {
    this.#wrap = wrap;
    this.#page.draw();
  }
}
