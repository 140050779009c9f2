/** What needs attention: one card an app, with what happened, what to do, and the button that helps. */

import { html, nothing, repeat } from '../libraries.js';
import { explanation } from '../explanations.js';
import { count, now, time } from '../format.js';
import { ACTIONS } from '../words.js';
import { appLink, codeLink, prose, stateMark } from './marks.js';

export function attentionCards(deployments, actions, redraw) {
  return html`<div class="cards">${repeat(deployments, ({ app }) => app, (deployment) => card(deployment, actions, redraw))}</div>`;
}

function card(deployment, actions, redraw) {
  const { app, state, reason, updatedAt, held } = deployment;
  const explained = explanation(reason?.code, redraw);
  return html`
    <article class="card" data-attention=${app} data-state=${state} aria-labelledby="attention-${app}">
      <h3 id="attention-${app}">${appLink(app)} ${stateMark(state)}</h3>
      <p class="muted">${time(updatedAt)} ${codeLink(reason?.code)}</p>
      ${held ? html`<p>Held by ${held.actor}${held.reason ? `: ${held.reason}` : ''}</p>` : nothing}
      <p class="said">${prose(reason?.message || explained?.what, app)}</p>
      ${explained?.cures?.length ? html`<p><strong>What to do:</strong> ${prose(explained.cures[0], app)}</p>` : nothing}
      ${nextLook(deployment)}
      ${actions.bar(deployment, helping(deployment, explained))}
    </article>`;
}

/** When it is tried again by itself. */
export function nextLook({ nextLookAt, attempts, state }) {
  if (!nextLookAt || state === 'healthy') {
    return nothing;
  }
  const due = Date.parse(nextLookAt) <= now();
  return html`<p class="muted">${due ? 'Due to be looked at again now' : html`Looked at again ${time(nextLookAt)}`}${attempts ? `, after ${count(attempts, 'try', 'tries')}` : ''}</p>`;
}

function helping({ state, held }, explained) {
  const names = held ? ['release'] : explained?.actions.filter((name) => name in ACTIONS) ?? (state === 'failed' ? ['restart'] : []);
  return names.map((name) => ({ name }));
}
