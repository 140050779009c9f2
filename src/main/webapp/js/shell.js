/** What frames every page: navigation, live mark, who is signed in, and what the server itself lacks. */

import { html, nothing, render } from './libraries.js';
import { liveMark } from './live.js';
import { route } from './router.js';
import { mayAct, signOut, user } from './session.js';
import { status } from './status.js';

const LINKS = [
  ['', 'Overview', (at) => at.attention, 'need attention'],
  ['dead-letters', 'Dead letters', (at) => at.deadLetters, 'dead letters'],
  ['graph', 'Graph'],
  ['nodes', 'Nodes'],
  ['reconciliation', 'Reconciliation'],
  ['doctor', 'Doctor'],
];

const LIVE = {
  live: ['●', 'Live'],
  reconnecting: ['○', 'Reconnecting…'],
  paused: ['‖', 'Paused'],
};

const TROUBLE = [
  ['waitingFor', 'Waiting for'],
  ['engine', 'Docker engine'],
  ['database', 'Database'],
  ['broker', 'Broker'],
  ['hostTrouble', 'Host'],
  ['trouble', 'Trouble'],
];

let drawing = false;

export function drawShell() {
  if (!drawing) {
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      render(user() ? frame() : nothing, document.getElementById('shell'));
      render(user() ? notices() : nothing, document.getElementById('notices'));
      render(user() ? footer() : nothing, document.getElementById('footer'));
    });
  }
}

function frame() {
  const here = route().parts[0] ?? '';
  return html`
    <nav aria-label="Pages">
      <ul>${LINKS.map((link) => html`<li>${navigation(link, here)}</li>`)}</ul>
    </nav>
    <div class="session">
      ${live()}
      <span class="user" title=${mayAct() ? 'may look and act' : 'may look, not act'}>${user()} <small>(${mayAct() ? 'operator' : 'viewer'})</small></span>
      <button type="button" class="quiet" data-action="sign-out" @click=${leave}>Log out</button>
    </div>`;
}

function navigation([path, label, number, unit], here) {
  const many = status() && number?.(status());
  const current = here === path || path === '' && here === 'apps' || path === 'dead-letters' && here === 'dead-letter';
  return html`<a href="#/${path}" aria-current=${current ? 'page' : nothing}>${label}${many
    ? html` <span class="badge">${many}<span class="unseen"> ${unit}</span></span>` : nothing}</a>`;
}

function live() {
  const mark = LIVE[liveMark()];
  return mark ? html`<span id="live" class="live" data-live=${liveMark()}><span aria-hidden="true">${mark[0]}</span> ${mark[1]}</span>` : nothing;
}

function notices() {
  const present = TROUBLE.filter(([key]) => status()?.[key]);
  return present.length ? html`
    <ul class="notices" role="status" aria-label="What the orchestrator lacks">
      ${present.map(([key, label]) => html`<li data-notice=${key}><strong>${label}:</strong> ${status()[key]}</li>`)}
    </ul>` : nothing;
}

function footer() {
  const at = status();
  return html`
    ${at ? html`<span>Orchestrator ${at.version}${at.node ? ` on node ${at.node}` : ''}</span>` : nothing}
    <a href="#/explanations">What can go wrong</a>
    <a href="/api-docs.html">HTTP API</a>`;
}

async function leave() {
  try {
    await signOut();
  } finally {
    document.dispatchEvent(new CustomEvent('signed-out'));
  }
}
