/** Calls to the HTTP API. What fails is a Problem, with the server's own words where it had any. */

const BASE = '/api/v1';
/** Says that a page asks: it counts by its session alone, and no browser asks for a password with a dialog of its own. */
export const MARK = { 'X-Orchestrator-Console': '1' };
/** Milliseconds until a call counts as unanswered. */
const PATIENCE = 60_000;
/** Milliseconds before a lost question is asked again. */
const PAUSE = 400;

export class Problem extends Error {
  /** @param {{status: number, title: string, detail?: string, code?: string}} problem status 0: no answer at all */
  constructor({ status, title, detail, code }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, code });
  }

  /** Whether the same call may succeed later without anybody doing anything. */
  get passing() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

/** How far the server's clock is ahead of the browser's, in milliseconds. */
export let ahead = 0;

export const get = (path, signal) => call('GET', path, undefined, signal);
export const post = (path, body = {}) => call('POST', path, body);
export const remove = (path) => call('DELETE', path);

/** A path of the API: `path('deployments', app, 'logs')`, each part encoded. */
export const path = (...parts) => '/' + parts.map(encodeURIComponent).join('/');

/** The address of a path, for links. */
export const address = (of) => BASE + of;

/** The address of a stream, which has no headers: what it asks is marked in the query. */
export const stream = (of, query = {}) => `${BASE}${of}?${new URLSearchParams({ ...query, by: 'console' })}`;

async function call(method, to, body, signal) {
  const response = await send(method, to, body, signal);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && to !== '/session') {
      document.dispatchEvent(new CustomEvent('signed-out'));
    }
    throw problem;
  }
  noteClock(response);
  const type = response.headers.get('Content-Type') ?? '';
  if (response.status === 204) {
    return undefined;
  }
  return (type.includes('json') ? response.json() : response.text()).catch(cutOff);
}

function cutOff() {
  throw new Problem({ status: 0, title: 'The answer was cut off' });
}

/** A question that got lost is asked once more; an order is not, as it may have been heard. */
async function send(method, to, body, signal) {
  try {
    return await sendOnce(method, to, body, signal);
  } catch (problem) {
    if (method !== 'GET' || !(problem instanceof Problem)) {
      throw problem;
    }
    await new Promise((done) => setTimeout(done, PAUSE));
    return sendOnce(method, to, body, signal);
  }
}

async function sendOnce(method, to, body, signal) {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    return await fetch(BASE + to, {
      method,
      headers: body === undefined ? { ...MARK, Accept: 'application/json, text/plain' }
        : { ...MARK, Accept: 'application/json', 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new Problem({
      status: 0,
      title: 'The server does not answer',
      detail: patience.aborted ? `No answer within ${PATIENCE / 1000} s.`
        : 'It may be starting, or the network is away.',
    });
  }
}

async function problemOf(response) {
  const type = response.headers.get('Content-Type') ?? '';
  const said = type.includes('json') ? await response.json().catch(() => ({})) : {};
  return new Problem({
    status: response.status,
    title: said.title ?? `The server answered ${response.status} ${response.statusText}`.trim(),
    detail: said.detail,
    code: said.code,
  });
}

function noteClock(response) {
  const date = Date.parse(response.headers.get('Date') ?? '');
  const difference = date - Date.now();
  // The header counts whole seconds, and the answer took its time.
  ahead = Math.abs(difference) > 3000 ? difference : 0;
}
