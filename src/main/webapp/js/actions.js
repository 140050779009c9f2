/** The buttons that act on apps: ask first where something is taken away, then show beside the button what came of it. */

import { html, nothing } from './libraries.js';
import { announce } from './announce.js';
import { path, post } from './api.js';
import { problemBox } from './parts/marks.js';
import { mayAct } from './session.js';
import { ACCEPTED, ACTIONS } from './words.js';

/** Milliseconds an acceptance stays to be read. */
const READING = 15_000;
/** Restarting what runs interrupts it; these don't run. */
const AT_REST = new Set(['failed', 'stopped', 'unhealthy', 'pending']);

export class Actions {
  #page;
  /** What came of the last action on an app: `{action, busy, problem, message}`. */
  #outcomes = new Map();

  /** @param {{draw: () => void, refreshSoon: () => void}} page is drawn anew when something came of an action */
  constructor(page) {
    this.#page = page;
  }

  /** The buttons of these actions, and what came of the last one. Viewers get none. */
  bar(deployment, actions) {
    const { app } = deployment;
    return mayAct() && actions.length ? html`
      <div class="actions">
        ${actions.map((action) => this.#button(deployment, action))}
      </div>
      ${this.#outcome(app)}` : nothing;
  }

  #button(deployment, { name, allowed = true, why }) {
    const { app } = deployment;
    const label = ACTIONS[name]?.label ?? name;
    const busy = this.#outcomes.get(app)?.busy;
    return html`
      <button type="button" data-action=${name} data-app=${app} ?disabled=${!allowed || busy} title=${why ?? ACTIONS[name]?.about ?? ''}
        @click=${() => this.#act(deployment, name)}>${label}<span class="unseen"> ${app}</span></button>`;
  }

  #outcome(app) {
    const { problem, message } = this.#outcomes.get(app) ?? {};
    return html`<div class="outcome" role="status" data-outcome=${problem ? 'refused' : message ? 'accepted' : nothing}>${
      problem ? problemBox(problem) : message ?? nothing}</div>`;
  }

  async #act(deployment, name) {
    const { app } = deployment;
    const send = (body) => post(path('deployments', app, name), body);
    if (name !== 'release' && !(name === 'restart' && AT_REST.has(deployment.state))) {
      await this.#ask(deployment, name, send);
      return;
    }
    this.#note(app, { busy: true });
    try {
      this.#accepted(app, await send());
    } catch (problem) {
      this.#note(app, { problem });
    }
  }

  async #ask(deployment, name, send) {
    let dialogs;
    try {
      dialogs = await import('./app-dialogs.js');
    } catch {
      this.#note(deployment.app, { problem: { title: 'The question could not be loaded', detail: 'The server does not answer. Try again.' } });
      return;
    }
    const { done, answer } = await dialogs.askFor(name, deployment, send);
    if (done) {
      this.#accepted(deployment.app, answer);
    }
  }

  #accepted(app, answer) {
    const outcome = { message: `${app}: ${answer?.message ?? ACCEPTED}` };
    this.#note(app, outcome);
    announce(outcome.message);
    this.#page.refreshSoon();
    setTimeout(() => {
      if (this.#outcomes.get(app) === outcome) {
        this.#note(app, {});
      }
    }, READING);
  }

  #note(app, outcome) {
    this.#outcomes.set(app, outcome);
    this.#page.draw();
  }
}
