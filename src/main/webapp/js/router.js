/** Addresses after the `#`: `#/apps/todos?tab=…` is the path `['apps', 'todos']` with its query. */

let opened = () => {};

/** Calls `open(route)` now and whenever the address changes. */
export function startRouting(open) {
  opened = open;
  addEventListener('hashchange', (event) => {
    // An anchor inside the page, such as the one that skips to the content, is no other page.
    if (new URL(event.newURL).hash.startsWith('#/') || location.hash === '') {
      opened(route());
    }
  });
  opened(route());
}

export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  return {
    parts: path.split('/').filter(Boolean).map(decode),
    query: new URLSearchParams(query),
  };
}

/** Puts the query into the address, for links and reloads, without opening the page again. */
export function rememberQuery(query) {
  const path = location.hash.split('?')[0] || '#/';
  const text = query.toString();
  history.replaceState(null, '', text ? `${path}?${text}` : path);
}

export const link = (...parts) => '#/' + parts.map(encodeURIComponent).join('/');

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
