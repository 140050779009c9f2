/** Times, sizes and names as people read them. */

import { html, nothing } from './libraries.js';
import { ahead } from './api.js';

const SECOND = 1000;
const UNITS = [['d', 86_400 * SECOND], ['h', 3600 * SECOND], ['min', 60 * SECOND], ['s', SECOND]];

const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** The server's time, in milliseconds. */
export const now = () => Date.now() + ahead;

export const exact = (iso) => absolute.format(new Date(iso));
export const clockTime = (millis) => clock.format(new Date(millis));

/** `3 d 4 h`, `12 min`, `40 s`: at most so many units, a second one only for days and hours. */
export function span(millis, units = 2) {
  const index = UNITS.findIndex(([, size]) => millis >= size);
  if (index < 0) {
    return '0 s';
  }
  const [unit, size] = UNITS[index];
  const whole = Math.floor(millis / size);
  const next = UNITS[index + 1];
  const rest = units > 1 && index < 2 ? Math.floor((millis - whole * size) / next[1]) : 0;
  return rest ? `${whole} ${unit} ${rest} ${next[0]}` : `${whole} ${unit}`;
}

/** `just now`, `3 min ago`, `in 20 s`: one unit. */
export function distance(iso) {
  const passed = now() - Date.parse(iso);
  if (passed < 0) {
    return passed > -SECOND ? 'now' : `in ${span(-passed, 1)}`;
  }
  return passed < 2 * SECOND ? 'just now' : `${span(passed, 1)} ago`;
}

/** The time in words, the exact one at hand. */
export function time(iso) {
  return iso ? html`<time datetime=${iso} title=${exact(iso)}>${distance(iso)}</time>` : nothing;
}

/** How long ago it was, as a duration. */
export function since(iso) {
  return iso ? html`<time datetime=${iso} title=${`since ${exact(iso)}`}>${span(now() - Date.parse(iso))}</time>` : nothing;
}

/** Decimal units, as registries and disks count. */
export function bytes(count) {
  if (count === undefined || count === null) {
    return '';
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export const percent = (part, whole) => whole > 0 ? `${Math.min(100, Math.floor(100 * part / whole))} %` : '';

/** `1 app`, `2 apps`. */
export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** The digest or id as far as people compare it: 12 digits. */
export const shortId = (id) => (id ?? '').replace(/^.*sha256:/, '').slice(0, 12);

/** The image without its registry. */
export const shortImage = (image) => (image ?? '').replace(/^[^/]+\//, '');
