/**
 * The operator's console: starts the session, the pages and the live events.
 *
 * Marks that tests can hold on to (they stay when wording changes):
 * - `body[data-page]`: overview, app, dead-letters, dead-letter, graph, nodes, reconciliation, doctor, explanations, login
 * - `#live[data-live]`: live, reconnecting, paused
 * - `#login-user`, `#login-password`, `#login-submit`; `button[data-action=sign-out]`
 * - `[data-count=STATE]`: how many apps are in a state; `#search`, `select[name=state|health|node|sort|size]`
 * - `tr[data-app=APP][data-state=STATE][data-health=HEALTH]`: an app's row; with `data-held` if an operator keeps it stopped
 * - `li[data-happened=APP][data-to=STATE]`: a transition, the moment it is heard of
 * - `article[data-attention=APP]`: an app that needs attention
 * - `button[data-action=ACTION][data-app=APP]`: restart, redeploy, hold, release, move, purge, plan-uninstall, plan-install
 * - `[data-outcome=accepted|refused]`: what came of an action, beside its button; `.problem[data-problem=CODE or STATUS]`
 * - `dialog[data-dialog=NAME]` with `button[value=confirm]` and `button[value=cancel]`
 * - on an app's page: `h1[data-app][data-state][data-held]`, `section[aria-labelledby=NAME-title]`: timeline, facts, probes, dependencies, environment, settings, `li[data-entry=ID][data-to=STATE]`, `tr[data-layer=ID] progress`, `[data-pull=APP] progress`, `#log`
 * - `tr[data-letter=ID]`, `button[data-action=replay|discard][data-letter=ID]`, `button[data-action=replay-all]`
 * - `tr[data-node=NAME]`, `button[data-action=retire][data-node=NAME]`; `li[data-check=CHECK][data-status=ok|warning|failed]`
 * - `button[data-action=dry-run|reconcile]`
 */

import { announce, announceTransition } from './announce.js';
import { follow, greeting, listen, stop } from './live.js';
import { route, startRouting } from './router.js';
import { forget, resume } from './session.js';
import { drawShell } from './shell.js';
import { askSoon, countTransition, onStatus, startStatus, stopStatus } from './status.js';

const PAGES = {
  '': ['overview', () => import('./pages/overview.js')],
  apps: ['app', () => import('./pages/app.js')],
  'dead-letters': ['dead-letters', () => import('./pages/dead-letters.js')],
  'dead-letter': ['dead-letter', () => import('./pages/dead-letter.js')],
  graph: ['graph', () => import('./pages/graph.js')],
  nodes: ['nodes', () => import('./pages/nodes.js')],
  reconciliation: ['reconciliation', () => import('./pages/reconciliation.js')],
  doctor: ['doctor', () => import('./pages/doctor.js')],
  explanations: ['explanations', () => import('./pages/explanations.js')],
};
const RETRY = 3000;
/** Milliseconds a page waits for the stream: what is loaded after its greeting misses nothing. */
const GREETING = 250;

const main = document.getElementById('main');
let page;
let opening = 0;
let signedIn = false;

async function start() {
  follow();
  const greeted = greeting(GREETING);
  try {
    signedIn = await resume();
  } catch (problem) {
    sayAway(problem);
    return;
  }
  if (signedIn) {
    await greeted;
    startStatus();
  } else {
    stop();
  }
  drawShell();
  startRouting(open);
}

/** Opens the page of a route in the place of the one before. */
async function open(to) {
  const turn = ++opening;
  const [name, load] = signedIn ? PAGES[to.parts[0] ?? ''] ?? ['missing', () => import('./pages/missing.js')]
    : ['login', () => import('./pages/login.js')];
  let Shown;
  try {
    Shown = (await load()).default;
  } catch (error) {
    console.error(error);
    sayAway({ title: 'This page could not be loaded', detail: 'The server does not answer.' });
    return;
  }
  if (turn !== opening) {
    return;
  }
  const first = page === undefined;
  page?.close();
  page = undefined;
  // A root of its own: what was drawn for the page before must not be taken for its own.
  const root = document.createElement('div');
  const next = new Shown(root, to);
  if (signedIn) {
    follow(next.app);
    await greeting(GREETING);
    if (turn !== opening) {
      next.close();
      return;
    }
  }
  page = next;
  main.replaceChildren(root);
  document.body.dataset.page = name;
  drawShell();
  page.draw();
  await page.refresh();
  if (!first && turn === opening) {
    scrollTo(0, 0);
    requestAnimationFrame(() => (root.querySelector('[autofocus]') ?? root.querySelector('h1'))?.focus());
  }
}

function hear(type, data) {
  if (type === 'transition') {
    countTransition(data);
    askSoon();
    announceTransition(data);
  }
  if (type === 'hello' || type === 'reset') {
    reload();
  } else {
    page?.heard(type, data);
  }
}

/** The stream begins anew: something may have been missed. The first greeting comes before the first page. */
function reload() {
  if (page) {
    askSoon();
    page.reconnected();
    page.refresh();
  }
}

function sayAway({ title, detail }) {
  const words = document.createElement('p');
  words.className = 'problem';
  words.setAttribute('role', 'alert');
  words.textContent = `${title}. ${detail ?? ''} The console tries again by itself.`;
  main.replaceChildren(words);
  page?.close();
  page = undefined;
  setTimeout(() => signedIn ? open(route()) : start(), RETRY);
}

document.addEventListener('signed-in', () => {
  signedIn = true;
  startStatus();
  open(route());
});

document.addEventListener('signed-out', () => {
  if (signedIn) {
    signedIn = false;
    forget();
    stop();
    stopStatus();
    announce('You are signed out.');
    open(route());
  }
});

document.addEventListener('stream-refused', async () => {
  if (signedIn && !await resume().catch(() => true)) {
    document.dispatchEvent(new CustomEvent('signed-out'));
  }
});

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
  main.scrollIntoView();
});

listen(hear, drawShell);
onStatus(drawShell);
start();
