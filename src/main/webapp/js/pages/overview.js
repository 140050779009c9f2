/** Every app, what needs attention first, and how many are in which state. */

import { html, nothing } from '../libraries.js';
import { Actions } from '../actions.js';
import { get } from '../api.js';
import { count } from '../format.js';
import { Page } from '../page.js';
import { attentionCards } from '../parts/attention.js';
import { appTable } from '../parts/app-table.js';
import { empty } from '../parts/marks.js';
import { Recent } from '../parts/recent.js';
import { rememberQuery } from '../router.js';
import { mayAct } from '../session.js';
import { onStatus, status } from '../status.js';
import { HEALTHS, STATES, needsAttention } from '../words.js';

const SIZE = '50';
const SIZES = [SIZE, '100', '250', '500'];
const CARDS = 6;
const TYPING = 250;
/** Milliseconds a row is marked after a change. */
const FRESH = 2000;

const SORTS = [
  ['', 'Attention first'], ['app', 'Name'], ['state', 'State'], ['-updatedAt', 'Last change'], ['-restarts', 'Restarts'], ['-healthySince', 'Uptime'],
];

export default class Overview extends Page {
  #query;
  #list;
  /** What needs attention, when the list does not begin with it. */
  #elsewhere = [];
  #nodes = [];
  #actions = new Actions(this);
  #changed = new Map();
  #recent = new Recent();
  #typing;
  #fading;

  constructor(root, route) {
    super(root, route);
    this.#query = route.query;
    this.signal.addEventListener('abort', onStatus(() => this.draw()));
  }

  get title() {
    return 'Overview';
  }

  get ready() {
    return this.#list !== undefined;
  }

  async load() {
    const query = new URLSearchParams(this.#query);
    query.set('size', this.#query.get('size') ?? SIZE);
    const [page, elsewhere] = await Promise.all([
      get(`/deployments?${query}`, this.signal),
      this.#plain ? { items: [] } : get(`/deployments?attention=true&size=${CARDS}`, this.signal),
    ]);
    this.#list = { ...page, items: keepUnchanged(this.#list?.items, page.items) };
    this.#elsewhere = elsewhere.items;
    if (this.#nodes.length === 0) {
      this.#loadNodes();
    }
  }

  get #attention() {
    return (this.#plain ? this.#list?.items ?? [] : this.#elsewhere).filter(({ attention }) => attention)
      .sort((left, right) => rank(left) - rank(right)).slice(0, CARDS);
  }

  /** Whether the list begins with the apps that need attention. */
  get #plain() {
    return [...this.#query.keys()].every((key) => key === 'size');
  }

  async #loadNodes() {
    this.#nodes = (await get('/nodes', this.signal).catch(() => ({ items: [] }))).items;
    this.draw();
  }

  heard(type, data) {
    if (type === 'transition') {
      this.#replace(data.app, (deployment) => moved(deployment, data));
      this.#changed.set(data.app, performance.now());
      this.#recent.add(data);
      this.#fadeLater();
      this.refreshSoon();
      this.draw();
    } else if (type === 'progress') {
      const { pull = data } = data;
      this.#replace(data.app, (deployment) => ({ ...deployment, pull }));
      this.draw();
    }
  }

  /** One more drawing when marks have had their time, however many there are. */
  #fadeLater() {
    this.#fading ??= setTimeout(() => {
      this.#fading = undefined;
      this.#changed.forEach((at, app) => this.#isFresh(app) || this.#changed.delete(app));
      if (this.#changed.size) {
        this.#fadeLater();
      }
      this.draw();
    }, FRESH / 2);
  }

  #isFresh(app) {
    return performance.now() - (this.#changed.get(app) ?? -FRESH) < FRESH;
  }

  #replace(app, change) {
    const changed = (items) => items.map((deployment) => deployment.app === app ? change(deployment) : deployment);
    if (this.#list) {
      this.#list.items = changed(this.#list.items);
    }
    this.#elsewhere = changed(this.#elsewhere);
  }

  template() {
    const attention = this.#attention;
    return html`
      <h1 tabindex="-1">Overview</h1>
      ${this.#counts()}
      ${this.#recent.template()}
      <section aria-labelledby="attention-title">
        <h2 id="attention-title">Needs attention</h2>
        ${mayAct() ? nothing : html`<p class="muted">You are signed in as a viewer: buttons that act are left out.</p>`}
        ${attention.length ? attentionCards(attention, this.#actions, () => this.draw())
          : empty(this.#list.total === 0 && this.#plain ? 'No app is installed yet. One that is installed in AppServer shows here by itself.'
            : 'Nothing does. Every app is as it should be, or on its way there.')}
        ${this.#more()}
      </section>
      <section aria-labelledby="apps-title">
        <h2 id="apps-title">Apps</h2>
        ${this.#filter()}
        ${this.#list.items.length ? appTable(this.#list.items, {
          sort: this.#query.get('sort') ?? '',
          onSort: (sort) => this.#set({ sort }),
          isFresh: (app) => this.#isFresh(app),
        }) : empty(this.#filtered ? 'No app matches. Change the filter or clear it.' : 'There is no app.')}
        ${this.#pager()}
      </section>`;
  }

  #counts() {
    const counts = status()?.counts ?? this.#list.counts ?? {};
    const chosen = this.#query.getAll('state');
    return html`
      <ul class="counts" aria-label="Apps by state">
        <li><a href="#/" class="count" aria-current=${this.#filtered ? nothing : 'true'}><strong data-count="all">${sum(counts)}</strong> all</a></li>
        ${Object.entries(STATES).map(([state, { sign, tone }]) => html`
          <li><a href="#/?state=${state}" class="count" data-tone=${counts[state] ? tone : 'none'} aria-current=${chosen.includes(state) ? 'true' : nothing}>
            <strong data-count=${state}>${counts[state] ?? 0}</strong> <span class="sign" aria-hidden="true">${sign}</span>${state}</a></li>`)}
      </ul>`;
  }

  #more() {
    const rest = (status()?.attention ?? 0) - this.#attention.length;
    return rest > 0 ? html`<p><a href="#/?attention=true">${count(rest, 'more app needs', 'more apps need')} attention</a></p>` : nothing;
  }

  get #filtered() {
    return ['state', 'health', 'node', 'attention', 'q'].some((key) => this.#query.get(key));
  }

  #filter() {
    const select = (name, label, options) => html`
      <label>${label}
        <select name=${name} @change=${({ target }) => this.#set({ [name]: target.value })}>
          ${options.map(([value, words]) => html`<option value=${value} ?selected=${(this.#query.get(name) ?? '') === value}>${words}</option>`)}
        </select></label>`;
    const words = (values, all) => [['', all], ...values.map((value) => [value, value])];
    return html`
      <form class="filter" role="search" aria-label="Apps" @submit=${(event) => event.preventDefault()}>
        <label class="wide">Search
          <input id="search" name="q" type="search" autocomplete="off" spellcheck="false" placeholder="name, image, reason"
            .value=${this.#query.get('q') ?? ''} @input=${({ target }) => this.#type(target.value)}></label>
        ${select('state', 'State', words(Object.keys(STATES), 'any'))}
        ${select('health', 'Health', words(Object.keys(HEALTHS), 'any'))}
        ${this.#nodes.length > 1 ? select('node', 'Node', words(this.#nodes.map(({ name }) => name), 'any')) : nothing}
        ${select('sort', 'Order', SORTS)}
        ${this.#filtered ? html`<button type="button" class="quiet" data-action="clear-filter" @click=${() => this.#clear()}>Clear the filter</button>` : nothing}
      </form>`;
  }

  #pager() {
    const { total, page, size, items } = this.#list;
    const first = (page - 1) * size;
    const goTo = (to) => this.#set({ page: to > 1 ? String(to) : '' });
    return html`
      <nav class="pager" aria-label="Pages of the list">
        <span role="status">${items.length ? `${first + 1}–${first + items.length} of ${count(total, 'app')}` : count(total, 'app')}</span>
        ${total > size ? html`
          <button type="button" data-action="previous" ?disabled=${page <= 1} @click=${() => goTo(page - 1)}>Previous</button>
          <button type="button" data-action="next" ?disabled=${first + size >= total} @click=${() => goTo(page + 1)}>Next</button>` : nothing}
        <label>Per page
          <select name="size" @change=${({ target }) => this.#set({ size: target.value })}>
            ${SIZES.map((value) => html`<option ?selected=${String(size) === value}>${value}</option>`)}
          </select></label>
      </nav>`;
  }

  #type(text) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#set({ q: text.trim() }), TYPING);
  }

  #set(values) {
    this.#query.delete('page');
    Object.entries(values).forEach(([key, value]) => value ? this.#query.set(key, value) : this.#query.delete(key));
    rememberQuery(this.#query);
    this.refresh();
  }

  #clear() {
    this.#query = new URLSearchParams();
    this.#set({});
    this.root.querySelector('#search').focus();
  }
}

/** What a transition makes of a deployment, until the server is asked. */
function moved(deployment, { to = deployment.state, at, code, message }) {
  const reason = code ? { code, message } : to === deployment.state ? deployment.reason : undefined;
  return {
    ...deployment,
    state: to,
    updatedAt: at,
    health: to in HEALTHS ? to : deployment.health,
    reason,
    attention: needsAttention({ state: to, reason }),
  };
}

/** The new items, but the known object wherever nothing changed: those are not drawn anew. */
function keepUnchanged(known = [], items) {
  const before = new Map(known.map((deployment) => [deployment.app, deployment]));
  return items.map((deployment) => {
    const old = before.get(deployment.app);
    return old && JSON.stringify(old) === JSON.stringify(deployment) ? old : deployment;
  });
}

/** Failed before unhealthy before waiting, as the states stand in the counts. */
const rank = ({ state }) => Object.keys(STATES).indexOf(state);

const sum = (counts) => Object.values(counts).reduce((left, right) => left + right, 0);
