/** For addresses that lead nowhere. */

import { html } from '../libraries.js';
import { Page } from '../page.js';

export default class Missing extends Page {
  get title() {
    return 'No such page';
  }

  template() {
    return html`<h1 tabindex="-1">No such page</h1><p>The address leads nowhere. <a href="#/">To the overview</a></p>`;
  }
}
