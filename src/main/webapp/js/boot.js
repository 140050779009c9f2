/** Starts the console, and loads it again if the network dropped a part of it, as it may when interfaces of the host come and go. */

const TRIES = 5;
const PAUSE = 1000;
const KEY = 'boot-failures';

try {
  await import('./app.js');
  sessionStorage.removeItem(KEY);
} catch (error) {
  console.error(error);
  const failures = Number(sessionStorage.getItem(KEY) ?? 0) + 1;
  sessionStorage.setItem(KEY, String(failures));
  if (failures < TRIES) {
    setTimeout(() => location.reload(), PAUSE);
  } else {
    sessionStorage.removeItem(KEY);
    document.getElementById('main').textContent = 'The console could not be loaded. Reload the page.';
  }
}
