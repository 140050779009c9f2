/** Reconciliation: what the last one found, what the next one would do, and starting it. */

import { html, nothing } from '../libraries.js';
import { get, post } from '../api.js';
import { count, span, time } from '../format.js';
import { Page } from '../page.js';
import { appLink, empty, facts, problemBox } from '../parts/marks.js';
import { planTemplate } from '../parts/plan.js';
import { mayAct } from '../session.js';

export default class Reconciliation extends Page {
  #last;
  #watching = true;
  #loaded = false;
  #plan;
  #outcome = {};

  get title() {
    return 'Reconciliation';
  }

  get ready() {
    return this.#loaded;
  }

  async load() {
    const { last, watching = true } = await get('/reconciliation', this.signal);
    this.#last = last;
    this.#watching = watching;
    this.#loaded = true;
  }

  heard(type, data) {
    if (type === 'reconciliation') {
      this.#last = data?.last ?? data;
      this.#loaded = true;
      this.draw();
    }
  }

  template() {
    const { busy, problem, message } = this.#outcome;
    return html`
      <h1 tabindex="-1">Reconciliation</h1>
      <p class="lead">Compares what should be with what is, for every app, and lets each that differs be looked at. It happens by itself at start and at intervals.</p>
      ${this.#watching ? nothing : html`<p class="note">Another instance watches this node; what it came to stands in the timelines of the apps.</p>`}
      ${mayAct() ? html`
        <div class="toolbar">
          <button type="button" class="primary" data-action="dry-run" ?disabled=${busy} @click=${() => this.#run(true)}>Show what it would do</button>
          <button type="button" data-action="reconcile" ?disabled=${busy} @click=${() => this.#run(false)}>Reconcile now</button>
        </div>` : html`<p class="muted">You are signed in as a viewer: buttons that act are left out.</p>`}
      <div class="outcome" role="status" data-outcome=${problem ? 'refused' : message ? 'accepted' : nothing}>${problem ? problemBox(problem) : message ?? nothing}</div>
      ${this.#plan ? html`<section class="panel" id="plan" aria-labelledby="plan-title"><h2 id="plan-title">What it would do</h2>${planned(this.#plan)}</section>` : nothing}
      <section class="panel" aria-labelledby="last-title"><h2 id="last-title">The last one</h2>${this.#last ? report(this.#last) : empty('None since this instance started.')}</section>`;
  }

  async #run(dryRun) {
    this.#outcome = { busy: true };
    this.draw();
    try {
      const answer = await post('/reconciliation', { dryRun });
      this.#plan = dryRun ? answer?.plan : undefined;
      this.#outcome = { message: dryRun ? 'Nothing was changed.' : 'Started; its result shows here.' };
    } catch (problem) {
      this.#outcome = { problem };
    }
    this.draw();
  }
}

/** Waves with work to be done in full; what stays as it is only on request. */
function planned({ summary, waves = [] }) {
  const busy = waves.map((wave) => wave.filter(({ work }) => work !== false)).filter((wave) => wave.length);
  const idle = waves.flat().filter(({ work }) => work === false);
  return html`
    <p>${summary}</p>
    ${busy.length ? busy.map((wave, index) => html`
      <h3>${busy.length > 1 ? `Wave ${index + 1}` : 'Apps'} <small>${count(wave.length, 'app')}</small></h3>${steps(wave)}`)
      : empty('Nothing would have to be done.')}
    ${idle.length ? html`<details><summary>${count(idle.length, 'app stays', 'apps stay')} as now</summary>${steps(idle)}</details>` : nothing}`;
}

function steps(wave) {
  return html`<ul>${wave.map(({ app, action, why, forecast }) => html`
    <li data-app=${app}>${appLink(app)}: <strong>${action}</strong>${why ? html` <span class="muted">— ${why}</span>` : nothing}
      ${forecast ? html`<details><summary>In steps<span class="unseen"> for ${app}</span></summary>${planTemplate(forecast)}</details>` : nothing}</li>`)}</ul>`;
}

function report({ at, cause, tookMs, readingMs, summary, remaining = [] }) {
  return html`
    <p>${summary}</p>
    ${facts([['When', time(at)], ['Cause', cause], ['Took', duration(tookMs)], ['Reading took', duration(readingMs)]])}
    ${remaining.length ? html`<h3>Left over</h3><ul class="plain">${remaining.map((app) => html`<li>${appLink(app)}</li>`)}</ul>` : html`<p>Nothing was left over.</p>`}`;
}

const duration = (millis) => millis === undefined ? undefined : millis < 1000 ? `${millis} ms` : millis < 60_000 ? `${(millis / 1000).toFixed(1)} s` : span(millis);
