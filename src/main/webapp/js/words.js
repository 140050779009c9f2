/** What states, checks and actions are called, and the sign and tone that go with each. The word always stands beside the sign. */

/** In the order an app passes through them. */
export const STATES = {
  failed: { sign: '✕', tone: 'bad' },
  unhealthy: { sign: '!', tone: 'bad' },
  pending: { sign: '…', tone: 'warn' },
  pulling: { sign: '↓', tone: 'busy' },
  creating: { sign: '+', tone: 'busy' },
  starting: { sign: '▸', tone: 'busy' },
  restarting: { sign: '↻', tone: 'busy' },
  stopping: { sign: '▾', tone: 'busy' },
  healthy: { sign: '✓', tone: 'good' },
  stopped: { sign: '■', tone: 'idle' },
};

export const HEALTHS = {
  healthy: { sign: '✓', tone: 'good' },
  unhealthy: { sign: '!', tone: 'bad' },
  starting: { sign: '▸', tone: 'busy' },
  unknown: { sign: '?', tone: 'idle' },
};

export const CHECKS = {
  failed: { sign: '✕', tone: 'bad' },
  warning: { sign: '!', tone: 'warn' },
  ok: { sign: '✓', tone: 'good' },
};

/** States an operator should look at, whatever else is known of the app. */
export const ALARMING = new Set(['failed', 'unhealthy', 'restarting']);

/** The server's rule for `attention`: what failed, is ill, or waits for something; not what an operator stopped. */
export const needsAttention = ({ state, reason }) => ALARMING.has(state) || reason !== undefined && reason.code !== 'held';

export const ACTIONS = {
  restart: { label: 'Restart', about: 'stops the container, if it runs, and starts it again' },
  redeploy: { label: 'Redeploy', about: 'asks the registry for the tag anew and replaces the container; the old one comes back if the new one fails' },
  hold: { label: 'Hold', about: 'stops the app and keeps it stopped until it is released' },
  release: { label: 'Release', about: 'ends the hold; the app is deployed as the platform wants it' },
  move: { label: 'Move', about: 'gives the app to another node' },
  purge: { label: 'Purge data', about: 'deletes a data volume for good' },
  'keep-data': { label: 'Keep data', about: 'gives the app the data of another app of that name' },
};

export const LETTER_ACTIONS = { replay: 'Replay', discard: 'Discard' };

/** What a button says once its action was accepted and the server said nothing itself. */
export const ACCEPTED = 'accepted; what comes of it shows here';
