/** A plan as people read it: what would happen, to what, and why. */

import { html, nothing } from '../libraries.js';
import { bytes } from '../format.js';
import { appLink, stateMark } from './marks.js';

export function planTemplate(plan) {
  const { possible, why, steps = [], disk } = plan;
  return html`
    ${possible === false ? html`<p class="problem" role="alert"><strong>Not possible now.</strong> ${why}</p>` : why ? html`<p>${why}</p>` : nothing}
    ${steps.length ? html`
      <h3>Steps</h3>
      <ol class="steps">${steps.map(({ verb, target, why: because }) => html`
        <li data-verb=${verb}><strong>${verb}</strong> ${target}${because ? html` <span class="muted">— ${because}</span>` : nothing}</li>`)}</ol>`
      : html`<p class="empty">Nothing would have to be done.</p>`}
    ${list('Images', plan.pulls, ({ image, present, bytes: size }) => html`
      <code>${image}</code> ${present ? 'is on this node' : html`would be pulled${size === undefined ? '' : `: ${bytes(size)}`}`}`)}
    ${list('Containers', plan.containers, ({ name, action }) => html`<code>${name}</code>: ${action}`)}
    ${list('Volumes', plan.volumes, ({ name, action }) => html`<code>${name}</code>: ${action}`)}
    ${list('Apps it depends on', plan.dependencies, dependency)}
    ${list('Apps that depend on it', plan.dependants, dependency)}
    ${disk ? html`<p class=${disk.neededBytes > disk.freeBytes ? 'problem' : ''}>Disk: ${disk.neededBytes === undefined ? '' : `${bytes(disk.neededBytes)} needed, `}${bytes(disk.freeBytes)} free.</p>` : nothing}
    ${plan.environment?.length ? html`
      <details><summary>Environment it would get (${plan.environment.length} names)</summary>
        <p class="names">${plan.environment.map((name) => html`<code>${name}</code> `)}</p></details>` : nothing}`;
}

const dependency = ({ app, kind, state }) => html`${appLink(app)} (${kind?.toLowerCase()}) ${stateMark(state)}`;

function list(title, items, item) {
  return items?.length ? html`<h3>${title}</h3><ul>${items.map((one) => html`<li>${item(one)}</li>`)}</ul>` : nothing;
}
