/** What an app depends on and what depends on it: drawn, and as lists for those who read or listen. */

import { html, nothing, svg } from '../libraries.js';
import { count } from '../format.js';
import { link } from '../router.js';
import { STATES } from '../words.js';
import { appLink, empty, healthMark, stateMark } from './marks.js';

const WIDTH = 148;
const HEIGHT = 30;
const GAP = 10;
const COLUMN = 208;
const SHOWN = 8;

/** Dependants at the left, the app in the middle, its dependencies at the right. */
export function dependencyGraph({ app, state, dependencies = [], dependants = [] }) {
  if (!dependencies.length && !dependants.length) {
    return nothing;
  }
  const left = shorten(dependants);
  const right = shorten(dependencies);
  const rows = Math.max(left.length, right.length, 1);
  const height = rows * (HEIGHT + GAP) + GAP;
  const middle = { app, state, x: COLUMN, y: (height - HEIGHT) / 2 };
  const place = (items, x) => items.map((item, index) => ({
    ...item, x, y: (height - items.length * (HEIGHT + GAP) + GAP) / 2 + index * (HEIGHT + GAP),
  }));
  const dependers = place(left, 0);
  const depended = place(right, 2 * COLUMN);
  return html`
    <svg class="dependencies" viewBox="-4 0 ${2 * COLUMN + WIDTH + 8} ${height}" aria-hidden="true" focusable="false">
      ${dependers.map((from) => edge(from, middle, from.kind))}
      ${depended.map((to) => edge(middle, to, to.kind))}
      ${[...dependers, ...depended].map((one) => node(one))}
      ${node(middle, 'here')}
    </svg>`;
}

export function dependencyLists({ dependencies = [], dependants = [] }) {
  return html`
    <h3>It depends on</h3>
    ${list(dependencies, 'It depends on no other app.')}
    <h3>These depend on it</h3>
    ${list(dependants, 'No app depends on it.')}`;
}

function list(items, none) {
  return items.length ? html`
    <ul class="plain">${items.map(({ app, kind, state, health }) => html`
      <li>${appLink(app)} <span class="tag" title=${kind === 'HARD' ? 'must be healthy first' : 'goes first if both are due, and is never waited for'}>${
        kind?.toLowerCase()}</span> ${stateMark(state)} ${health && health !== state ? healthMark(health) : nothing}</li>`)}</ul>` : empty(none);
}

function shorten(items) {
  return items.length <= SHOWN ? items : [...items.slice(0, SHOWN - 1), { more: items.length - SHOWN + 1 }];
}

function edge(from, to, kind) {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  const bend = (x1 + x2) / 2;
  return svg`<path class="edge" data-kind=${kind ?? nothing} d="M${x1} ${y1} C${bend} ${y1} ${bend} ${y2} ${x2 - 7} ${y2} m0 -4 l7 4 l-7 4"/>`;
}

function node({ app, state, more, x, y }, kind = '') {
  const { sign, tone } = STATES[state] ?? { sign: '', tone: 'idle' };
  const label = more ? count(more, 'more', 'more') : `${sign} ${app.length > 16 ? `${app.slice(0, 15)}…` : app}`;
  const box = svg`
    <g class="node ${kind}" data-tone=${tone} transform="translate(${x} ${y})">
      <title>${app ? `${app}: ${state}` : label}</title>
      <rect width=${WIDTH} height=${HEIGHT} rx="6"/>
      <text x=${WIDTH / 2} y=${HEIGHT / 2 + 5} text-anchor="middle">${label}</text>
    </g>`;
  return app && !kind ? svg`<a href=${link('apps', app)} tabindex="-1">${box}</a>` : box;
}
