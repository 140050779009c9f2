/** The table of apps; on a phone each row is a card. */

import { guard, html, nothing, repeat } from '../libraries.js';
import { now, since, time } from '../format.js';
import { appLink, healthMark, imageCell, progress, stateMark } from './marks.js';

const COLUMNS = [
  ['App', 'app'], ['State', 'state'], ['Health'], ['Image'], ['Uptime', '-healthySince'], ['Restarts', '-restarts'], ['Node'], ['Changed', '-updatedAt'],
];

/** Milliseconds after which the relative times of unchanged rows are written anew. */
const TICK = 10_000;

/**
 * A row is drawn anew only if its deployment is another object than before.
 *
 * @param {object[]} deployments
 * @param {{sort: string, onSort: (sort: string) => void, isFresh: (app: string) => boolean}} options
 */
export function appTable(deployments, { sort, onSort, isFresh }) {
  const tick = Math.floor(now() / TICK);
  return html`
    <table class="stacking apps" role="table">
      <caption class="unseen">Apps with state, health, image, uptime, restarts and node</caption>
      <thead role="rowgroup"><tr role="row">${COLUMNS.map((column) => heading(column, sort, onSort))}</tr></thead>
      <tbody role="rowgroup">${repeat(deployments, ({ app }) => app, (deployment) => {
        const fresh = isFresh(deployment.app);
        return guard([deployment, fresh, tick], () => row(deployment, fresh));
      })}</tbody>
    </table>`;
}

function heading([label, key], sort, onSort) {
  if (!key) {
    return html`<th scope="col" role="columnheader">${label}</th>`;
  }
  const field = key.replace('-', '');
  const direction = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : undefined;
  // The first click sorts the useful way round, the second the other.
  const next = sort === key ? (key === field ? `-${field}` : field) : key;
  return html`
    <th scope="col" role="columnheader" aria-sort=${direction ?? nothing}>
      <button type="button" class="sort" data-sort=${field} @click=${() => onSort(next)}>${label}<span aria-hidden="true">${
        direction === 'ascending' ? ' ▲' : direction === 'descending' ? ' ▼' : ''}</span></button></th>`;
}

function row(deployment, fresh) {
  const { app, state, health, restarts, node, healthySince, startedAt, updatedAt, held, outdated } = deployment;
  return html`
    <tr role="row" data-app=${app} data-state=${state} data-health=${health ?? nothing} ?data-held=${held} class=${fresh ? 'fresh' : nothing}>
      <th scope="row" role="rowheader">${appLink(app)}</th>
      <td role="cell" data-label="State">${stateMark(state)}${held ? html` <span class="tag">held</span>` : nothing}${outdated
        ? html` <span class="tag" title="Other defaults apply by now; the next redeploy takes them in">outdated</span>` : nothing}${detail(deployment)}</td>
      <td role="cell" data-label="Health">${healthMark(health)}</td>
      <td role="cell" data-label="Image">${imageCell(deployment)}</td>
      <td role="cell" data-label="Uptime" class="number">${since(healthySince ?? startedAt)}</td>
      <td role="cell" data-label="Restarts" class="number">${restarts ?? 0}</td>
      <td role="cell" data-label="Node">${node}</td>
      <td role="cell" data-label="Changed" class="number">${time(updatedAt)}</td>
    </tr>`;
}

function detail({ app, state, pull, reason }) {
  if (state === 'pulling' && pull) {
    return html`<div class="bar">${progress(pull, `Pull of ${app}`)}</div>`;
  }
  return reason?.message && state !== 'healthy' ? html`<div class="because" title=${reason.message}>${reason.message}</div>` : nothing;
}
