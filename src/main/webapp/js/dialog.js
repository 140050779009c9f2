/** A question in a dialog of its own; the browser keeps the focus inside and gives it back. */

import { html, nothing, render } from './libraries.js';
import { problemBox } from './parts/marks.js';

/**
 * Asks, and stays open while the answer is refused.
 *
 * @param {object} question
 * @param {string} question.name for tests and styles
 * @param {string} question.title the question or the act
 * @param {() => unknown} question.body the template of what is to be read and filled in
 * @param {string} [question.confirm] the label of the button that does it; without it there is only Close
 * @param {boolean} [question.danger] whether it takes something away
 * @param {(fields: FormData) => Promise<unknown>} [question.act] what the button does; its Problem is shown in the dialog
 * @param {(draw: () => void) => void} [question.opened] may draw the body again later
 * @returns {Promise<{done: boolean, answer?: unknown}>}
 */
export function ask({ name, title, body, confirm, danger = false, act, opened }) {
  const dialog = document.createElement('dialog');
  dialog.dataset.dialog = name;
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  let problem;
  let busy = false;
  let result = { done: false };
  const closed = new AbortController();

  const draw = () => render(html`
    <form method="dialog" @submit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      <div class="dialog-body">${body()}</div>
      ${problem ? problemBox(problem) : nothing}
      <div class="buttons">
        <button type="button" value="cancel" @click=${() => dialog.close()}>${confirm ? 'Cancel' : 'Close'}</button>
        ${confirm ? html`
          <button type="submit" value="confirm" class=${danger ? 'danger' : 'primary'} ?disabled=${busy}>${busy ? 'Working…' : confirm}</button>` : nothing}
      </div>
    </form>`, dialog);

  async function submit(event) {
    event.preventDefault();
    if (busy || !confirm) {
      return;
    }
    const fields = new FormData(event.target);
    busy = true;
    problem = undefined;
    draw();
    try {
      result = { done: true, answer: await act?.(fields) };
      dialog.close();
    } catch (refusal) {
      problem = refusal;
      busy = false;
      draw();
    }
  }

  draw();
  document.body.append(dialog);
  dialog.showModal();
  // A link in it, or the end of the session, leads to another page.
  addEventListener('hashchange', () => dialog.close(), { signal: closed.signal });
  document.addEventListener('signed-out', () => dialog.close(), { signal: closed.signal });
  opened?.(draw);
  return new Promise((answered) => {
    dialog.addEventListener('close', () => {
      closed.abort();
      dialog.remove();
      if (document.activeElement === document.body) {
        // What opened it is gone.
        document.querySelector('main h1')?.focus({ preventScroll: true });
      }
      answered(result);
    });
  });
}
