/**
 * What happens, as it happens: one stream of server-sent events at a time, of all apps or of one. Whoever listens gets `(type, data)`; the type `hello`
 * says that the stream is there from now on, and that something may have been missed if it was not the first.
 */

import { stream as addressOf } from './api.js';
import { isAway, presence } from './presence.js';

const TYPES = ['transition', 'progress', 'probe', 'reconciliation'];
/** Milliseconds after which a stream that is not there yet is called away. */
const SLOW = 1500;
const PAUSES = [1000, 2000, 5000, 10_000];

let wanted = false;
let source;
let app;
let hear = () => {};
let shown = () => {};
let failures = 0;
let timer;
let waiting = [];
let greeted = false;
let mark = 'off';

/** @param {(type: string, data: any) => void} listener @param {(mark: 'live'|'reconnecting'|'paused'|'off') => void} show */
export function listen(listener, show) {
  hear = listener;
  shown = show;
}

export const liveMark = () => mark;

/** Follows one app, or all of them, unless it does already. */
export function follow(name) {
  if (source && app === name) {
    return;
  }
  app = name;
  wanted = true;
  connect();
}

/** Done when the stream is there, or after `millis`. */
export function greeting(millis) {
  return greeted ? Promise.resolve() : new Promise((done) => {
    waiting.push(done);
    setTimeout(done, millis);
  });
}

export function stop() {
  wanted = false;
  close();
  show('off');
}

function connect() {
  close();
  if (isAway()) {
    show('paused');
    return;
  }
  timer = setTimeout(() => show('reconnecting'), SLOW);
  const stream = new EventSource(addressOf('/events', app === undefined ? {} : { app }));
  source = stream;
  stream.addEventListener('hello', (event) => {
    clearTimeout(timer);
    failures = 0;
    show('live');
    hear('hello', parse(event));
    greeted = true;
    waiting.splice(0).forEach((done) => done());
  });
  stream.addEventListener('reset', () => hear('reset'));
  TYPES.forEach((type) => stream.addEventListener(type, (event) => hear(type, parse(event))));
  stream.onerror = () => {
    greeted = false;
    show('reconnecting');
    // The browser tries again by itself after a lost connection, but not after an answer such as 503.
    if (stream.readyState === EventSource.CLOSED && source === stream) {
      close();
      document.dispatchEvent(new CustomEvent('stream-refused'));
      timer = setTimeout(connect, PAUSES[Math.min(failures++, PAUSES.length - 1)]);
    }
  };
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = undefined;
  greeted = false;
}

function show(next) {
  if (mark !== next) {
    mark = next;
    shown(next);
  }
}

function parse(event) {
  try {
    return JSON.parse(event.data);
  } catch {
    return {};
  }
}

presence.addEventListener('leave', () => {
  if (wanted) {
    close();
    show('paused');
  }
});
presence.addEventListener('return', () => {
  if (wanted) {
    connect();
  }
});
