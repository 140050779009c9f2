/** An explanation in full. */

import { html, nothing } from '../libraries.js';
import { ACTIONS, LETTER_ACTIONS } from '../words.js';
import { prose } from './marks.js';

/** @param {object} explanation @param {string} [app] its name takes the place of `<app>` in commands */
export function explanationTemplate({ what, causes = [], cures = [], wokenBy, actions = [] }, app = '<app>') {
  const named = (text) => prose(text, app);
  return html`
    <p>${named(what)}</p>
    ${causes.length ? html`<p><strong>Likely causes</strong></p><ol>${causes.map((cause) => html`<li>${named(cause)}</li>`)}</ol>` : nothing}
    ${cures.length ? html`<p><strong>What to do</strong></p><ol>${cures.map((cure) => html`<li>${named(cure)}</li>`)}</ol>` : nothing}
    ${wokenBy ? html`<p><strong>Tried again after:</strong> ${named(wokenBy)}</p>` : nothing}
    ${actions.length ? html`<p class="muted">Buttons that help: ${actions.map((name) => ACTIONS[name]?.label ?? LETTER_ACTIONS[name] ?? name).join(', ')}</p>` : nothing}`;
}
