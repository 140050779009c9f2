/** Name and password; the cookie that comes of them is the browser's. */

import { html, nothing } from '../libraries.js';
import { problemBox } from '../parts/marks.js';
import { Page } from '../page.js';
import { signIn } from '../session.js';

export default class Login extends Page {
  #refusal;
  #busy = false;

  get title() {
    return 'Log in';
  }

  template() {
    return html`
      <form class="login panel" @submit=${(event) => this.#submit(event)}>
        <h1 tabindex="-1">Log in</h1>
        <label for="login-user">User</label>
        <input id="login-user" name="user" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
        <label for="login-password">Password</label>
        <input id="login-password" name="password" type="password" autocomplete="current-password" required>
        ${this.#refusal ? problemBox(this.#refusal) : nothing}
        <button id="login-submit" type="submit" class="primary" ?disabled=${this.#busy}>${this.#busy ? 'Logging in…' : 'Log in'}</button>
      </form>`;
  }

  async #submit(event) {
    event.preventDefault();
    const fields = new FormData(event.target);
    this.#busy = true;
    this.#refusal = undefined;
    this.draw();
    try {
      await signIn(fields.get('user'), fields.get('password'));
      document.dispatchEvent(new CustomEvent('signed-in'));
    } catch (problem) {
      this.#refusal = problem.status === 401
        ? { title: 'Not logged in', detail: 'The user or the password is wrong.', code: undefined, status: 401 } : problem;
      this.#busy = false;
      this.draw();
      this.root.querySelector('#login-password').select();
    }
  }
}
