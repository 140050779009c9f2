/** The server's explanations of what can go wrong: asked once for each code. */

import { get, path } from './api.js';

const known = new Map();

/** The explanation of a code, or undefined until it is there; `arrived` is called when it is. */
export function explanation(code, arrived) {
  if (!code) {
    return undefined;
  }
  if (!known.has(code)) {
    known.set(code, undefined);
    get(path('explanations', code))
      .then((answer) => {
        known.set(code, answer);
        arrived();
      })
      .catch((problem) => {
        if (problem.status !== 404) {
          known.delete(code);
        }
      });
  }
  return known.get(code);
}
