/** One app: what it is, why it is so, what happened, its pull, logs, probes, dependencies, settings and environment. */

import { html, nothing } from '../libraries.js';
import { Actions } from '../actions.js';
import { get, path } from '../api.js';
import { since, time } from '../format.js';
import { Page } from '../page.js';
import { nextLook } from '../parts/attention.js';
import { dependencyGraph, dependencyLists } from '../parts/dependencies.js';
import { explanationTemplate } from '../parts/explanation.js';
import { LogView } from '../parts/log-view.js';
import { codeLink, empty, facts, healthMark, imageCell, prose, stateMark } from '../parts/marks.js';
import { ProbePlot } from '../parts/probe-plot.js';
import { pullTemplate } from '../parts/pull.js';
import { Timeline } from '../parts/timeline.js';
import { link } from '../router.js';
import { mayAct } from '../session.js';
import { HEALTHS } from '../words.js';

/** States whose container writes a log. */
const RUNNING = new Set(['starting', 'healthy']);

export default class App extends Page {
  #deployment;
  #actions = new Actions(this);
  #timeline = new Timeline(this);
  #log = new LogView(this);
  #probes = new ProbePlot(this);

  get title() {
    return this.app;
  }

  get app() {
    return this.route.parts[1];
  }

  get ready() {
    return this.#deployment !== undefined;
  }

  async load() {
    const [{ deployment: listed, ...details }] = await Promise.all([
      get(path('deployments', this.app), this.signal), this.#timeline.load(), this.#probes.load(),
    ]);
    const deployment = { ...listed, ...details };
    const other = this.#deployment?.container !== deployment.container;
    this.#deployment = deployment;
    if (other) {
      this.#log.follow();
    }
  }

  heard(type, data) {
    if (data?.app !== undefined && data.app !== this.app) {
      return;
    }
    if (type === 'transition') {
      this.#timeline.add(data);
      this.#apply(data);
      if (RUNNING.has(data.to)) {
        this.#log.resume();
      }
      this.refreshSoon();
    } else if (type === 'progress' && this.#deployment) {
      this.#deployment.pull = data.pull ?? data;
    } else if (type === 'probe') {
      this.#probes.add(data);
    }
    this.draw();
  }

  reconnected() {
    if (RUNNING.has(this.#deployment?.state)) {
      this.#log.resume();
    }
  }

  #apply({ to, code, message, at }) {
    if (this.#deployment && to) {
      const reason = code ? { code, message } : to === this.#deployment.state ? this.#deployment.reason : undefined;
      Object.assign(this.#deployment, { state: to, updatedAt: at, reason });
      if (to in HEALTHS) {
        this.#deployment.health = to;
      }
    }
  }

  close() {
    super.close();
    this.#log.close();
    this.#probes.close();
  }

  drawn() {
    this.#log.drawn();
    this.#probes.drawn();
  }

  template() {
    const it = this.#deployment;
    return html`
      <p class="crumbs"><a href="#/">Overview</a></p>
      <h1 tabindex="-1" data-app=${it.app} data-state=${it.state} data-health=${it.health ?? nothing} ?data-held=${it.held}>${it.app} ${stateMark(it.state)}${it.held ? html` <span class="tag">held</span>` : nothing}</h1>
      ${this.#why(it)}
      ${this.#buttons(it)}
      ${it.state === 'pulling' && it.pull ? pullTemplate(it.app, it.pull) : nothing}
      <div class="columns">
        <div>
          ${section('timeline', 'Timeline', this.#timeline.template())}
        </div>
        <div>
          ${section('facts', 'Container', this.#facts(it))}
          ${section('probes', 'Probes', this.#probes.template())}
          ${section('dependencies', 'Dependencies', html`${dependencyGraph(it)}${dependencyLists(it)}`)}
          ${section('environment', 'Environment', environment(it))}
          ${section('settings', 'Settings', it.settings?.length ? facts(it.settings.map(({ name, value }) => [name, value]))
            : empty('The platform sets nothing for this app; the defaults apply.'))}
        </div>
      </div>
      ${section('log-section', 'Log', this.#log.template(it))}`;
  }

  #why({ held, moveTo, reason, state, explanation, ...rest }) {
    return html`
      ${held ? html`<p class="note">Held by <strong>${held.actor}</strong> ${time(held.since)}${held.reason ? `: ${held.reason}` : ''}</p>` : nothing}
      ${moveTo ? html`<p class="note">On its way to node <a href="#/nodes">${moveTo}</a></p>` : nothing}
      ${reason && state !== 'healthy' ? html`
        <section class="panel why" aria-labelledby="why-title">
          <h2 id="why-title">Why ${codeLink(reason.code)}</h2>
          <p class="said">${prose(reason.message, this.app)}</p>
          ${explanation ? explanationTemplate(explanation, this.app) : nothing}
          ${nextLook({ state, ...rest })}
        </section>` : nothing}`;
  }

  #buttons(it) {
    const actions = it.actions ?? [];
    const refused = actions.filter(({ allowed, why }) => !allowed && why);
    return html`
      <div class="toolbar">
        ${this.#actions.bar(it, actions)}
        ${mayAct() ? nothing : html`<p class="muted">You are signed in as a viewer: buttons that act are left out.</p>`}
        ${previewButton(it)}
        <a href=${`${link('graph')}?app=${encodeURIComponent(it.app)}`}>In the whole graph</a>
      </div>
      ${mayAct() && refused.length ? html`
        <details class="refused"><summary>Why some buttons are off</summary>
          ${facts(refused.map(({ name, why }) => [name, why]))}</details>` : nothing}`;
  }

  #facts(it) {
    return facts([
      ['Health', html`${healthMark(it.health)}${it.lastProbe ? html` <span class="muted">last probe ${time(it.lastProbe.at)}</span>` : nothing}`],
      ['Image', it.image ? imageCell(it) : nothing],
      ['Uptime', since(it.healthySince ?? it.startedAt)],
      ['Started', it.startedAt && time(it.startedAt)],
      ['Restarts', it.restarts ?? 0],
      ['Node', it.node],
      ['Container', it.container && html`<code title=${it.container}>${it.container.slice(0, 12)}</code>`],
      ['Generation', it.generation],
      ['Fence', it.fence],
      ['Data', it.volumes?.length ? html`<ul class="names" data-volumes>${it.volumes.map(volumeItem)}</ul>` : nothing],
      ['Installed', it.installed ? 'yes' : 'no: the platform does not want it to run'],
      ['Outdated', it.outdated ? 'yes: other defaults apply by now, and the next redeploy takes them in' : undefined],
      ['App id', it.appId && html`<code>${it.appId}</code>`],
      ['Changed', time(it.updatedAt)],
    ]);
  }
}

function volumeItem({ name, node, path, inUse, purgedBy }) {
  const fate = purgedBy ? `is to be purged, by ${purgedBy}` : inUse ? '' : 'not in use: kept until it is purged';
  return html`<li><code>${name}</code> <span class="muted">${path ? `at ${path}, ` : ''}on ${node}${fate ? `; ${fate}` : ''}</span></li>`;
}

function section(id, title, content) {
  return html`<section class="panel" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;
}

function environment({ environment: names = [] }) {
  return names.length ? html`
    <details><summary>${names.length} names; their values are shown nowhere</summary>
      <ul class="names">${names.map(({ name, source }) => html`<li><code>${name}</code> <span class="muted">${source}</span></li>`)}</ul></details>`
    : empty('It gets no variables, or none are known before its first start.');
}

/** AppServer installs and uninstalls; here is only shown what that would do. */
function previewButton({ app, installed }) {
  const [action, label] = installed === false ? ['install', 'What would installing do?'] : ['uninstall', 'What would uninstalling do?'];
  const show = async () => (await import('../app-dialogs.js')).showPlan(action, app);
  return html`<button type="button" class="quiet" data-action="plan-${action}" data-app=${app} @click=${show}>${label}</button>`;
}
