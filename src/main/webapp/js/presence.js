/**
 * Whether anybody may be looking. A page that is out of sight gives its connections back, since a browser has six per server for all of its tabs and
 * for the pages that it keeps in its back/forward cache: held open there, they would keep the page in sight waiting.
 */

/** Milliseconds a tab out of sight still counts as looked at. Three pages of apps, each with its events and its log, take all connections. */
const PATIENCE = 1000;

/** Says `leave` and `return`. */
export const presence = new EventTarget();

let away = document.hidden;
let leaving;

export const isAway = () => away;

function turn(next) {
  clearTimeout(leaving);
  if (away !== next) {
    away = next;
    presence.dispatchEvent(new Event(next ? 'leave' : 'return'));
  }
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(leaving);
  if (document.hidden) {
    leaving = setTimeout(turn, PATIENCE, true);
  } else {
    turn(false);
  }
});
addEventListener('pagehide', () => turn(true));
addEventListener('pageshow', () => turn(document.hidden));
