/**
 * Starts a page: loads the module that its `data-start` names, and the whole page again if the network lost a part of it, as it may when interfaces of
 * the host come and go. Browsers keep this file for good, so that it is not lost itself; who changes it gives it a new `v` in the pages.
 */

/** Milliseconds before the page is loaded again. */
const PAUSE = 3000;

const { start } = document.documentElement.dataset;

function isLost({ sheet }) {
  try {
    return !sheet?.cssRules.length;
  } catch {
    return true; // Chromium keeps the rules of one that is not there from us, as if it were another site's
  }
}

try {
  if ([...document.querySelectorAll('link[rel=stylesheet]')].some(isLost)) {
    throw new Error('Failed to load resource: a stylesheet');
  }
  await import(start);
} catch (error) {
  console.error(error);
  document.getElementById('main').textContent = 'The page could not be loaded. It is tried again in a moment.';
  setTimeout(() => location.reload(), PAUSE);
}
