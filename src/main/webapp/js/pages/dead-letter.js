/** One dead letter in full: why it lies here, its headers and its body as they came. */

import { html, nothing } from '../libraries.js';
import { get, path } from '../api.js';
import { bytes, time } from '../format.js';
import { LetterActions } from '../letter-actions.js';
import { Page } from '../page.js';
import { explanationTemplate } from '../parts/explanation.js';
import { codeLink, empty, facts, prose } from '../parts/marks.js';

export default class DeadLetter extends Page {
  #letter;
  #left = false;
  #actions = new LetterActions(this, () => {
    this.#left = true;
  });

  get title() {
    return 'Dead letter';
  }

  get ready() {
    return this.#letter !== undefined;
  }

  async load() {
    if (!this.#left) {
      const { summary, ...rest } = await get(path('dead-letters', this.route.parts[1] ?? ''), this.signal);
      this.#letter = { ...summary, ...rest };
    }
  }

  heard() {}

  template() {
    const it = this.#letter;
    return html`
      <p class="crumbs"><a href="#/dead-letters">Dead letters</a></p>
      <h1 tabindex="-1">Dead letter ${codeLink(it.reason)}</h1>
      <p class="said">${prose(it.message)}</p>
      ${this.#left ? nothing : this.#actions.bar(it)}
      ${this.#actions.lastOutcome()}
      ${it.explanation ? html`<section class="panel"><h2>Why</h2>${explanationTemplate(it.explanation)}</section>` : nothing}
      <section class="panel"><h2>Message</h2>
        ${facts([['When', time(it.time)], ['Queue', it.queue && html`<code>${it.queue}</code>`], ['Attempts', it.attempts], ['Replays', it.replays], ['Size', bytes(it.size)],
          ['Id', html`<code>${it.id}</code>`]])}</section>
      <section class="panel"><h2>Body</h2>${body(it)}</section>
      <section class="panel"><h2>Headers</h2>${table(it.headers, 'It came without headers.')}</section>
      <section class="panel"><h2>Properties</h2>${table(it.properties, 'It came without properties.')}</section>`;
  }
}

function body({ body: text, bodyBase64, whole }) {
  const shown = text !== undefined ? pretty(text) : bodyBase64;
  return html`
    ${whole === false ? html`<p class="note">Only its beginning is shown; a replay sends all of it.</p>` : nothing}
    ${bodyBase64 !== undefined && text === undefined ? html`<p class="muted">It is no text; these are its bytes in Base64.</p>` : nothing}
    ${shown ? html`<pre class="wrap" id="letter-body" tabindex="0" aria-label="Body">${shown}</pre>` : empty('It is empty.')}`;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function table(values = {}, none) {
  const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return pairs.length ? facts(pairs.map(([name, value]) => [name, html`<code class="long">${typeof value === 'object' ? JSON.stringify(value) : value}</code>`])) : empty(none);
}
