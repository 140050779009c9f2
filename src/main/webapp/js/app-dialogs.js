/** What is asked before an action on an app takes something away. */

import { html, nothing } from './libraries.js';
import { get } from './api.js';
import { ask } from './dialog.js';
import { planTemplate } from './parts/plan.js';
import { problemBox } from './parts/marks.js';

/** Asks for what the action needs, and sends it: `send(body)`. */
export function askFor(action, deployment, send) {
  return QUESTIONS[action](deployment, send);
}

const QUESTIONS = {
  restart: ({ app, state }, send) => ask({
    name: 'restart',
    title: `Restart ${app}?`,
    body: () => html`<p>It is ${state}. It will be away until it is healthy again.</p>`,
    confirm: 'Restart',
    act: () => send(),
  }),

  hold: ({ app }, send) => ask({
    name: 'hold',
    title: `Hold ${app}?`,
    body: () => html`
      <p>The app is stopped, and stays so until somebody releases it. Its data stays.</p>
      <label for="hold-reason">Reason, for whoever finds it held</label>
      <input id="hold-reason" name="reason" required maxlength="500" autocomplete="off" autofocus>`,
    confirm: 'Hold',
    danger: true,
    act: (fields) => send({ reason: fields.get('reason') }),
  }),

  redeploy: ({ app }, send) => askWithPlan('redeploy', app, {
    title: `Redeploy ${app}?`,
    confirm: 'Redeploy',
    act: () => send(),
  }),

  purge: ({ app, volume, volumes = [] }, send) => ask({
    name: 'purge',
    title: `Purge the data of ${app}?`,
    body: () => html`
      <p><strong>The volume and all that the app stored in it are deleted for good.</strong> There is no way back.</p>
      <label for="purge-volume">Type the volume's name${namesOf(volumes, volume)}</label>
      <input id="purge-volume" name="volume" required autocomplete="off" autocapitalize="none" spellcheck="false" autofocus>
      ${volumes.some(({ name, node }) => volumes.some((other) => other.name === name && other.node !== node)) ? html`
        <label for="purge-node">Node</label>
        <select id="purge-node" name="node" required>
          ${[...new Set(volumes.map(({ node }) => node))].map((node) => html`<option value=${node}>${node}</option>`)}
        </select>` : nothing}`,
    confirm: 'Purge data',
    danger: true,
    act: (fields) => send({ volume: fields.get('volume'), ...fields.has('node') ? { node: fields.get('node') } : {} }),
  }),

  'keep-data': ({ app, appId, volumes = [] }, send) => ask({
    name: 'keep-data',
    title: `Give ${app} the data that is there?`,
    body: () => html`
      <p>The volume holds the data of an app of that name with another id. From now on it is this app's.</p>
      <label for="keep-volume">Volume</label>
      <input id="keep-volume" name="volume" required autocomplete="off" autocapitalize="none" spellcheck="false" autofocus
        value=${volumes.find(({ owner }) => owner !== appId)?.name ?? ''}>`,
    confirm: 'Keep data',
    act: (fields) => send({ volume: fields.get('volume') }),
  }),

  move: (deployment, send) => askForNode(deployment, send),
};

/** The names of the volumes that may go, else of the one that is known. */
function namesOf(volumes, volume) {
  const names = [...new Set(volumes.filter(({ inUse }) => !inUse).map(({ name }) => name))];
  const shown = names.length ? names : volume ? [volume] : [];
  return shown.map((name, i) => html`${i ? ' or ' : ', '}<code>${name}</code>`);
}

/** What an action would do that AppServer takes, not this console. */
export function showPlan(action, app) {
  return askWithPlan(action, app, { name: `plan-${action}`, title: `What ${action}ing ${app} would do` });
}

function askWithPlan(action, app, question) {
  let shown = html`<p class="loading">Planning…</p>`;
  return ask({
    name: action,
    body: () => shown,
    opened: async (draw) => {
      try {
        shown = planTemplate(await get(`/plan?action=${action}&app=${encodeURIComponent(app)}`));
      } catch (problem) {
        shown = problemBox(problem);
      }
      draw();
    },
    ...question,
  });
}

function askForNode({ app, node, volume }, send) {
  let nodes;
  let problem;
  return ask({
    name: 'move',
    title: `Move ${app} to another node?`,
    body: () => problem ? problemBox(problem) : nodes === undefined ? html`<p class="loading">Asking for the nodes…</p>` : html`
      <p>It is on ${node ?? 'no node'} now. It is stopped there and started on the other one.</p>
      <label for="move-node">Node</label>
      <select id="move-node" name="node" required autofocus>
        <option value="">Choose…</option>
        ${nodes.filter(({ name, retired }) => name !== node && !retired).map(({ name, alive }) =>
          html`<option value=${name}>${name}${alive ? '' : ' (away)'}</option>`)}
      </select>
      ${volume ? html`
        <label class="check"><input type="checkbox" name="leaveData" value="true">
          Leave the data: volume ${volume} stays on ${node}, and the app starts without it</label>` : nothing}`,
    confirm: 'Move',
    act: (fields) => send({ node: fields.get('node'), leaveData: fields.has('leaveData') }),
    opened: async (draw) => {
      try {
        nodes = (await get('/nodes')).items;
      } catch (refusal) {
        problem = refusal;
      }
      draw();
    },
  });
}
