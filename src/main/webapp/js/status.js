/** The server's status: asked each 15 seconds, soon after something happened, and counted on by transitions in between. */

import { get } from './api.js';

const INTERVAL = 15_000;
const SOON = 1000;

let latest;
let timer;
let stopped = true;
const listeners = new Set();

export const status = () => latest;

/** Calls the listener with each status, until the function that comes back is called. */
export function onStatus(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function startStatus() {
  stopped = false;
  return ask();
}

export function stopStatus() {
  stopped = true;
  clearTimeout(timer);
  latest = undefined;
}

/** Asks again a second from now: after a burst of events once. */
let due;
export function askSoon() {
  due ??= setTimeout(() => {
    due = undefined;
    ask();
  }, SOON);
}

/** Moves an app from one count to the other until the server is asked. One that is stopped counts while its data is kept, which only the server knows. */
export function countTransition({ from, to }) {
  const counts = latest?.counts;
  if (counts && to && from !== to) {
    if (from in counts) {
      counts[from] = Math.max(0, counts[from] - 1);
    }
    if (to !== 'stopped') {
      counts[to] = (counts[to] ?? 0) + 1;
    }
    tell();
  }
}

async function ask() {
  clearTimeout(timer);
  if (stopped) {
    return;
  }
  try {
    const answer = await get('/status');
    if (!stopped) {
      latest = answer;
      tell();
    }
  } catch {
    // The page and the live mark say that the server is away.
  } finally {
    if (!stopped) {
      clearTimeout(timer);
      timer = setTimeout(ask, INTERVAL);
    }
  }
}

const tell = () => listeners.forEach((listener) => listener(latest));
