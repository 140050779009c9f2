/** The page that browses the HTTP API; it needs a login as the API does. */

import { html, loadSwagger, render } from './libraries.js';
import { get } from './api.js';
import { problemBox } from './parts/marks.js';

const docs = document.getElementById('docs');

try {
  const [spec, swagger] = await Promise.all([get('/openapi'), loadSwagger()]);
  docs.replaceChildren();
  swagger({ domNode: docs, spec: typeof spec === 'string' ? JSON.parse(spec) : spec, deepLinking: false, docExpansion: 'list', defaultModelsExpandDepth: 0, validatorUrl: null });
} catch (problem) {
  docs.lastElementChild.remove();
  render(problem.status === 401 ? html`<p class="problem" role="alert"><strong>Not logged in.</strong> <a href="/#/">Log in at the console</a>, then come back.</p>`
    : problemBox(problem), docs);
}
