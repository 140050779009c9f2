/** An explanation in full. */

import { html, nothing } from '../libraries.js';
import { ACTIONS } from '../words.js';

export function explanationTemplate({ what, causes = [], cures = [], wokenBy, actions = [] }) {
  return html`
    <p>${what}</p>
    ${causes.length ? html`<p><strong>Likely causes</strong></p><ol>${causes.map((cause) => html`<li>${cause}</li>`)}</ol>` : nothing}
    ${cures.length ? html`<p><strong>What to do</strong></p><ol>${cures.map((cure) => html`<li>${cure}</li>`)}</ol>` : nothing}
    ${wokenBy ? html`<p><strong>Looked at again by itself:</strong> ${wokenBy}</p>` : nothing}
    ${actions.length ? html`<p class="muted">Buttons that help: ${actions.map((name) => ACTIONS[name]?.label ?? name).join(', ')}</p>` : nothing}`;
}
