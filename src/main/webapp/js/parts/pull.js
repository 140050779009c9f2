/** A pull under way: a bar for all of it and one for each layer. */

import { html, nothing } from '../libraries.js';
import { time } from '../format.js';
import { progress } from './marks.js';

export function pullTemplate(app, pull) {
  const { startedAt, layers = [] } = pull;
  return html`
    <section class="panel" aria-labelledby="pull-title">
      <h2 id="pull-title">Pull</h2>
      <p class="bar" data-pull=${app}>${progress(pull, 'All layers')}</p>
      ${startedAt ? html`<p class="muted">Began ${time(startedAt)}</p>` : nothing}
      ${layers.length ? html`
        <table class="layers">
          <caption class="unseen">Layers of the image</caption>
          <thead><tr><th scope="col">Layer</th><th scope="col">Status</th><th scope="col">Progress</th></tr></thead>
          <tbody>${layers.map((layer) => html`
            <tr data-layer=${layer.id}><th scope="row"><code>${layer.id}</code></th><td>${layer.status}</td><td class="bar">${progress(layer, `Layer ${layer.id}`)}</td></tr>`)}
          </tbody>
        </table>` : nothing}
    </section>`;
}
