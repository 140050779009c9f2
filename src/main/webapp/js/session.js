/** Who is signed in, and what they may do. */

import { get, post, remove } from './api.js';

let session;

export const user = () => session?.user;
export const mayAct = () => session?.roles?.includes('operator') ?? false;

/** True if somebody is signed in; throws if the server cannot be asked. */
export async function resume() {
  try {
    session = await get('/session');
  } catch (problem) {
    if (problem.status !== 401) {
      throw problem;
    }
    session = undefined;
  }
  return session !== undefined;
}

export async function signIn(name, password) {
  await post('/session', { user: name, password });
  session = await get('/session');
}

export async function signOut() {
  await remove('/session');
  forget();
}

export function forget() {
  session = undefined;
}
