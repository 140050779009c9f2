/** Says to screen readers what needs attention, politely and in one sentence for a burst. */

import { count } from './format.js';
import { ALARMING } from './words.js';

const PAUSE = 1500;
const NAMED = 3;

const announcer = document.getElementById('announcer');
const trouble = new Map();
let due;

export function announce(words) {
  announcer.textContent = words;
}

/** Collects apps that fell ill, and tells of them together. */
export function announceTransition({ app, to }) {
  if (!app || !to) {
    return;
  }
  if (ALARMING.has(to)) {
    trouble.set(app, to);
    due ??= setTimeout(tell, PAUSE);
  } else {
    trouble.delete(app);
  }
}

function tell() {
  due = undefined;
  const apps = [...trouble].map(([app, state]) => `${app} is ${state}`);
  trouble.clear();
  if (apps.length) {
    const rest = apps.length - NAMED;
    announce(`Needs attention: ${apps.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${count(rest, 'more app', 'more apps')}` : ''}.`);
  }
}
