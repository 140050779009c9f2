/**
 * Starts a page. The server writes this script into the pages themselves, so that it comes with them or not at all; everything else comes by it: the
 * modules and styles of the console in one answer, heavy libraries when a page asks for them. What is lost on the way is asked for again.
 *
 * Modules name each other by paths, as everywhere. They get the addresses of their imports here, since no browser asks again for a lost module.
 */
(() => {
  'use strict';

  /** Milliseconds before each further try: longer in all than networks take to change. */
  const PAUSES = [200, 500, 1000, 2000, 4000, 8000];
  /** Milliseconds an answer may take. */
  const PATIENCE = 20_000;
  /** What a module imports before it runs. */
  const IMPORT = /(\bfrom|\bimport)\s*(['"])((?:\.{1,2})?\/[^'"\n]+)\2/g;
  /** What it imports when it comes to that. */
  const LATER = /\bimport\(\s*(['"])((?:\.{1,2})?\/[^'"\n]+)\1\s*\)/g;

  const { start, styles } = document.documentElement.dataset;
  const main = document.getElementById('main');
  const loading = [...main.childNodes];
  const modules = new Map();
  const others = new Map();
  let parts;

  /** @param {(response: Response) => Promise<any>} read fails where the answer was cut off */
  async function ask(path, read) {
    for (let failures = 0; ; failures++) {
      try {
        const response = await fetch(path, { cache: failures ? 'reload' : 'default', signal: AbortSignal.timeout(PATIENCE) });
        const body = response.ok && await read(response);
        if (body) {
          return body;
        }
        throw new Error(response.ok ? 'The answer was empty' : `The server answered ${response.status}`);
      } catch (error) {
        if (failures === PAUSES.length) {
          throw new Error(`${path} could not be loaded`, { cause: error });
        }
        if (!parts) {
          say('A part of the page was lost on the way. It is asked for again.');
        }
        await pause(PAUSES[failures]);
      }
    }
  }

  function pause(millis) {
    return new Promise((done) => {
      setTimeout(done, millis);
      addEventListener('online', done, { once: true });
    });
  }

  /** What was made for the key; a failure is forgotten. */
  function once(known, key, make) {
    if (!known.has(key)) {
      const made = make(key);
      known.set(key, made);
      made.catch(() => known.delete(key));
    }
    return known.get(key);
  }

  const text = async (path) => parts[path] ?? ask(path, (response) => response.text());

  const blob = (...content) => URL.createObjectURL(new Blob(content, { type: 'text/javascript' }));

  /** The address of a module whose imports are there. */
  const linked = (path) => once(modules, path, async () => {
    const source = await text(path);
    const absolute = (to) => new URL(to, location.origin + path).pathname;
    const imports = new Map();
    await Promise.all([...source.matchAll(IMPORT)].map(async ([, , , to]) => imports.set(to, await linked(absolute(to)))));
    return blob(
      source.replace(IMPORT, (all, word, quote, to) => `${word} ${quote}${imports.get(to)}${quote}`)
        .replace(LATER, (all, quote, to) => `parts.module('${absolute(to)}')`),
      `\n//# sourceURL=${location.origin}${path}`);
  });

  globalThis.parts = {
    /** Runs a module, and gives what it exports. */
    module: async (path) => import(await linked(path)),
    /** Runs a script that is no module. */
    script: (path) => once(others, path, async () => {
      const src = blob(await text(path));
      await new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement('script'), { src, onload, onerror })));
    }),
    style: (path) => once(others, path, async () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(await text(path));
      document.adoptedStyleSheets.push(sheet);
    }),
  };

  function say(words, ...more) {
    const said = Object.assign(document.createElement('p'), { className: 'problem', textContent: words });
    said.setAttribute('role', 'alert');
    said.append(...more);
    main.replaceChildren(said);
  }

  /** What to do when nothing helped. */
  function giveUp(error) {
    console.error(error);
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Try again', onclick: begin });
    button.dataset.action = 'load-again';
    say('This page could not be loaded: parts of it were lost each time. Look whether the orchestrator runs and whether this machine reaches it. ', button);
  }

  async function begin() {
    try {
      parts ??= await ask('/parts.json', (response) => response.json());
      for (const path of styles.split(' ')) {
        await globalThis.parts.style(path);
      }
      main.replaceChildren(...loading);
      await globalThis.parts.module(start);
    } catch (error) {
      giveUp(error);
    }
  }

  begin();
})();
