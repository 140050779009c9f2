/** The page that browses the HTTP API; it needs a login as the API does. */

import { html, loadSwagger, render } from './libraries.js';
import { MARK, get } from './api.js';
import { lostBox, problemBox } from './parts/marks.js';

const PAUSES = [1000, 2000, 4000, 8000];

const docs = document.getElementById('docs');
const words = document.createElement('div');
docs.lastElementChild.replaceWith(words);

show();

async function show() {
  render(html`<p class="loading">Loading…</p>`, words);
  try {
    const [spec, swagger] = await Promise.all([description(), loadSwagger()]);
    docs.replaceChildren();
    swagger({ domNode: docs, spec: typeof spec === 'string' ? JSON.parse(spec) : spec, deepLinking: false, docExpansion: 'list', defaultModelsExpandDepth: 0, validatorUrl: null, requestInterceptor: mark });
  } catch (problem) {
    render(refusal(problem), words);
  }
}

function mark(request) {
  Object.assign(request.headers, MARK);
  return request;
}

/** Asks again for what was lost on the way. */
async function description() {
  for (const pause of PAUSES) {
    try {
      return await get('/openapi');
    } catch (problem) {
      if (!problem.passing) {
        throw problem;
      }
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return get('/openapi');
}

function refusal(problem) {
  if (problem.status === 401) {
    return html`<p class="problem" role="alert"><strong>Not logged in.</strong> <a href="/#/">Log in at the console</a>, then come back.</p>`;
  }
  return problem.passing === false ? problemBox(problem)
    : lostBox('The description could not be loaded', 'Look whether the orchestrator runs and whether this machine reaches it.', show);
}
