/** What every page does: load, draw, try again when the server was away, keep relative times true, and stop when left. */

import { html, nothing, render } from './libraries.js';
import { problemBox } from './parts/marks.js';

const TICK = 10_000;
const RETRIES = [2000, 5000, 10_000];
/** Milliseconds between two loads that events ask for. */
const CALM = 2000;

export class Page {
  /** What could not be loaded, or undefined. */
  trouble;
  #frame = 0;
  #failures = 0;
  #retry;
  #due;
  #loadedAt = -CALM;
  #leaving = new AbortController();
  #again = false;
  #loading = false;
  /** What had the focus until it was disabled: a button while its action is under way. */
  #unfocused;
  #tick = setInterval(() => this.draw(), TICK);

  /** @param {HTMLElement} root @param {{parts: string[], query: URLSearchParams}} route */
  constructor(root, route) {
    this.root = root;
    this.route = route;
  }

  /** The page's title, for the tab and the heading. */
  get title() {
    return 'Orchestrator';
  }

  /** The app whose events the page wants; undefined for those of all. */
  get app() {
    return undefined;
  }

  /** True once there is something to show. */
  get ready() {
    return true;
  }

  /** Ends when the page is left. */
  get signal() {
    return this.#leaving.signal;
  }

  /** Gets what the page shows. */
  async load() {}

  /** The page as a template. */
  template() {
    return nothing;
  }

  /** Called after each drawing, for what is no template. */
  drawn() {}

  /** Called for each live event. */
  heard(type) {
    if (type === 'transition') {
      this.refreshSoon();
    }
  }

  /** Called when the live events are there again. */
  reconnected() {}

  /** Loads and draws; asked again while at it, does so once more afterwards. */
  async refresh() {
    if (this.#loading) {
      this.#again = true;
      return;
    }
    this.#loading = true;
    clearTimeout(this.#retry);
    do {
      this.#again = false;
      await this.#loadOnce();
    } while (this.#again && !this.signal.aborted);
    this.#loading = false;
    this.draw();
  }

  /** Loads soon: at once when calm, every two seconds in a storm. */
  refreshSoon(millis = 250) {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.refresh();
    }, Math.max(millis, this.#loadedAt + CALM - performance.now()));
  }

  draw() {
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  close() {
    this.#leaving.abort();
    clearInterval(this.#tick);
    clearTimeout(this.#retry);
    clearTimeout(this.#due);
    cancelAnimationFrame(this.#frame);
  }

  async #loadOnce() {
    this.#loadedAt = performance.now();
    try {
      await this.load();
      this.trouble = undefined;
      this.#failures = 0;
    } catch (problem) {
      if (this.signal.aborted) {
        return;
      }
      this.trouble = problem;
      if (problem.passing) {
        this.#retry = setTimeout(() => this.refresh(), RETRIES[Math.min(this.#failures++, RETRIES.length - 1)]);
      } else if (problem.status === undefined) {
        console.error(problem);
      }
    }
  }

  #paint() {
    this.#frame = 0;
    if (this.signal.aborted) {
      return;
    }
    document.title = `${this.title} · Orchestrator`;
    const focused = this.root.contains(document.activeElement) ? document.activeElement : this.#unfocused;
    render(this.ready ? html`${this.#troubleTemplate()}${this.template()}` : this.#waitingTemplate(), this.root);
    this.#keepFocus(focused);
    this.drawn();
  }

  /** Who goes by the keyboard stays on the button that was pressed, or begins at the heading if that is gone. */
  #keepFocus(element) {
    this.#unfocused = undefined;
    if (!element || ![element, document.body].includes(document.activeElement)) {
      return;
    }
    if (!element.isConnected) {
      this.root.querySelector('h1')?.focus({ preventScroll: true });
    } else if (element.matches(':disabled')) {
      this.#unfocused = element;
    } else if (document.activeElement !== element) {
      element.focus({ preventScroll: true });
    }
  }

  #troubleTemplate() {
    return this.trouble && problemBox(this.trouble, {
      before: this.ready ? 'What stands below may be old. ' : '',
      after: this.trouble.passing ? ' The console tries again by itself.' : '',
    }) || nothing;
  }

  #waitingTemplate() {
    return html`<h1 tabindex="-1">${this.title}</h1>${this.trouble ? this.#troubleTemplate() : html`<p class="loading">Loading…</p>`}`;
  }
}
