/** What can go wrong: every code, or one, with causes and cures. */

import { html } from '../libraries.js';
import { get, path } from '../api.js';
import { Page } from '../page.js';
import { empty } from '../parts/marks.js';
import { explanationTemplate } from '../parts/explanation.js';
import { link } from '../router.js';

export default class Explanations extends Page {
  #items;

  get #code() {
    return this.route.parts[1];
  }

  get title() {
    return this.#code ?? 'What can go wrong';
  }

  get ready() {
    return this.#items !== undefined;
  }

  async load() {
    this.#items = this.#code ? [await get(path('explanations', this.#code), this.signal)] : (await get('/explanations', this.signal)).items;
  }

  heard() {}

  template() {
    return this.#code ? this.#one(this.#items[0]) : html`
      <h1 tabindex="-1">What can go wrong</h1>
      ${this.#items.length ? html`
        <ul class="codes">${this.#items.map(({ code, title }) => html`
          <li><a href=${link('explanations', code)}><code>${code}</code></a> ${title}</li>`)}</ul>` : empty('No explanation is known.')}`;
  }

  #one(explained) {
    return html`
      <p class="crumbs"><a href="#/explanations">What can go wrong</a></p>
      <h1 tabindex="-1">${explained.title} <small><code>${explained.code}</code></small></h1>
      ${explanationTemplate(explained)}`;
  }
}
