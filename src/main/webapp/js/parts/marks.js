/** Small pieces that many pages show: state marks, problems, progress. */

import { html, nothing } from '../libraries.js';
import { bytes, percent, shortId, shortImage } from '../format.js';
import { link } from '../router.js';
import { CHECKS, HEALTHS, STATES } from '../words.js';

const mark = (word, { sign, tone } = { sign: '?', tone: 'idle' }) =>
  html`<span class="mark" data-tone=${tone}><span class="sign" aria-hidden="true">${sign}</span>${word}</span>`;

export const stateMark = (state) => state ? mark(state, STATES[state]) : nothing;
export const healthMark = (health) => mark(health ?? 'unknown', HEALTHS[health]);
export const checkMark = (check) => mark(check, CHECKS[check]);
export const toneMark = (word, sign, tone) => mark(word, { sign, tone });

export const appLink = (app) => html`<a href=${link('apps', app)}>${app}</a>`;

/** The code of what happened, as a link to its explanation. */
export const codeLink = (code) => code ? html`<a class="code" href=${link('explanations', code)}>${code}</a>` : nothing;

/** The server's words; what stands between backticks is code, and `<app>` is the app's name. */
export function prose(text = '', app = '<app>') {
  return text.replaceAll('<app>', app).split('`').map((part, index) => index % 2 ? html`<code>${part}</code>` : part);
}

/** A refusal in words, beside what was refused. */
export function problemBox(problem, { before = '', after = '' } = {}) {
  const { title, detail, code } = problem;
  const words = prose(detail ?? (title ? '' : problem.message));
  return html`<div class="problem" role="alert" data-problem=${code ?? problem.status ?? 'error'}><strong>${title ?? 'The console failed'}.</strong> ${
    before}${words}${after}${code ? html` ${codeLink(code)}` : nothing}</div>`;
}

/** What a page does without because a library was lost on the way, and the button that asks for it again. */
export function lostBox(title, detail, again) {
  return html`<div class="problem" role="alert" data-problem="lost"><strong>${title}.</strong> ${detail} <button type="button" data-action="load-again" @click=${again}>Try again</button></div>`;
}

/** Tag and digest; both in full on request. */
export function imageCell({ image, digest }) {
  return image ? html`
    <span class="image" title=${image}>${shortImage(image)}</span>
    ${digest ? html`<code class="digest" title=${digest}>${shortId(digest)}</code>` : nothing}` : nothing;
}

/** A bar of bytes; without a total it only says that something is under way. */
export function progress({ currentBytes = 0, totalBytes = 0 }, label) {
  return html`
    <progress aria-label=${label} .max=${Math.max(1, totalBytes)} .value=${Math.min(currentBytes, Math.max(1, totalBytes))}></progress>
    <span class="amount">${totalBytes ? html`${percent(currentBytes, totalBytes)} of ${bytes(totalBytes)}` : bytes(currentBytes)}</span>`;
}

/** Pairs as a description list; pairs without a value are left out. */
export function facts(pairs) {
  return html`<dl class="facts">${pairs.filter(([, value]) => value !== undefined && value !== '' && value !== nothing && value !== null)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export const empty = (words) => html`<p class="empty">${words}</p>`;
