/** All apps and what they depend on: drawn, coloured by health, and as a list with links. */

import { html, loadGraph, nothing } from '../libraries.js';
import { get } from '../api.js';
import { count } from '../format.js';
import { GraphDrawing } from '../graph-drawing.js';
import { Page } from '../page.js';
import { appLink, empty, healthMark, lostBox, stateMark } from '../parts/marks.js';
import { HEALTHS } from '../words.js';

export default class Graph extends Page {
  #graph;
  #drawing;
  /** Where the drawing is: another one once there was nothing to draw in between. */
  #place;
  #lost = false;
  #pointed;
  #find = '';
  #alone = false;

  get title() {
    return 'Dependencies';
  }

  get ready() {
    return this.#graph !== undefined;
  }

  async load() {
    this.#graph = await get('/graph', this.signal);
  }

  heard(type, { app, to } = {}) {
    if (type === 'transition') {
      const node = this.#graph?.nodes.find((one) => one.app === app);
      if (node && to) {
        Object.assign(node, { state: to, health: to in HEALTHS ? to : node.health });
        this.draw();
      }
      this.refreshSoon(1000);
    }
  }

  close() {
    super.close();
    this.#drawing?.close();
  }

  template() {
    const { nodes, edges } = this.#graph;
    const connected = new Set(edges.flatMap(({ from, to }) => [from, to]));
    return html`
      <h1 tabindex="-1">Dependencies</h1>
      <p class="lead">${count(connected.size, 'app is', 'apps are')} tied together by ${count(edges.length, 'dependency', 'dependencies')};
        ${count(nodes.length - connected.size, 'app stands', 'apps stand')} alone. An arrow goes from an app to what it depends on; a dashed one is soft.</p>
      ${edges.length === 0 && !this.#alone ? empty('No app depends on another.') : html`
        <div class="toolbar">
          <button type="button" data-action="fit" @click=${() => this.#drawing?.fit()}>Show all</button>
          <button type="button" data-action="zoom-in" @click=${() => this.#drawing?.zoom(1.4)}>Closer</button>
          <button type="button" data-action="zoom-out" @click=${() => this.#drawing?.zoom(1 / 1.4)}>Further</button>
          <span class="pointed" aria-hidden="true">${this.#pointed ? html`${this.#pointed} ${stateMark(nodes.find(({ app }) => app === this.#pointed)?.state)}`
            : html`<span class="muted">Point at an app to read its name; a click opens it.</span>`}</span>
        </div>
        ${legend()}
        ${this.#lost ? lostBox('The drawing could not be loaded', 'The list below says the same.', () => this.#loadAgain()) : nothing}
        <div id="graph" class="graph" role="img" aria-label="Drawing of the dependencies; the list below says the same"></div>`}
      <section aria-labelledby="list-title">
        <h2 id="list-title">As a list</h2>
        <form class="filter" role="search" aria-label="Apps in the list" @submit=${(event) => event.preventDefault()}>
          <label class="wide">Search <input id="graph-search" type="search" autocomplete="off" spellcheck="false" @input=${({ target }) => this.#search(target.value)}></label>
          <label class="check"><input type="checkbox" name="alone" @change=${({ target }) => this.#showAlone(target.checked)}> Apps that stand alone, too</label>
        </form>
        ${this.#list(nodes, edges, connected)}
      </section>`;
  }

  #list(nodes, edges, connected) {
    const shown = nodes.filter(({ app }) => (this.#alone || connected.has(app)) && app.includes(this.#find))
      .sort((left, right) => left.app.localeCompare(right.app));
    const needs = Map.groupBy(edges, ({ from }) => from);
    return shown.length ? html`
      <ul class="adjacency">${shown.map(({ app, state, health }) => html`
        <li data-app=${app} data-state=${state}>
          <div>${appLink(app)} ${stateMark(state)} ${health && health !== state ? healthMark(health) : nothing}</div>
          ${needs.has(app) ? html`<div class="muted">depends on ${needs.get(app).map(({ to, kind }, index) =>
            html`${index ? ', ' : ''}${appLink(to)}${kind === 'SOFT' ? ' (soft)' : ''}`)}</div>` : nothing}
        </li>`)}</ul>` : empty('No app matches.');
  }

  async drawn() {
    const place = this.root.querySelector('#graph');
    if (!place || this.#lost) {
      return;
    }
    try {
      const make = await loadGraph();
      if (!this.signal.aborted && place.isConnected) {
        if (this.#place !== place) {
          this.#drawing?.close();
          this.#drawing = new GraphDrawing(make, place, this.route.query.get('app'), (app) => this.#point(app));
          this.#place = place;
        }
        this.#drawing.show(this.#graph, this.#alone);
      }
    } catch (error) {
      console.error(error);
      this.#lost = true;
      this.draw();
    }
  }

  #loadAgain() {
    this.#lost = false;
    this.draw();
  }

  #point(app) {
    this.#pointed = app;
    this.draw();
  }

  #search(text) {
    this.#find = text.trim().toLowerCase();
    this.#drawing?.point(this.#find);
    this.draw();
  }

  #showAlone(alone) {
    this.#alone = alone;
    this.draw();
  }
}

function legend() {
  return html`<ul class="legend" aria-label="Colours and signs">${['healthy', 'starting', 'unhealthy', 'unknown'].map((health) => html`<li>${healthMark(health)}</li>`)}<li>${stateMark('failed')}</li></ul>`;
}
