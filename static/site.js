// @ts-check
/** What the quieter pages share: their header, who is logged in, logging out. */
/** @import { Me } from './types.js' */
import { Api, loginAddress } from './api.js';
import { byId, el } from './dom.js';
import { words } from './words.js';

export const api = new Api();

/** Fills the header and answers who is logged in. @returns {Promise<Me>} */
export async function begin() {
  const me = await api.me();
  const place = byId('account');
  if (me.authenticated) {
    place.replaceChildren(
      el('bdi', { class: 'soft' }, me.username ?? ''),
      el('button', { type: 'button', class: 'act', onclick: () => logOut() }, words.nav.logOut));
  } else {
    place.replaceChildren(el('a', { class: 'act primary', href: loginAddress() }, words.nav.logIn));
  }
  return me;
}

/** Ends the session, or whatever else `path` ends. */
export async function logOut(path = '/logout') {
  try {
    await api.post(path);
    location.assign('/');
  } catch (error) {
    showProblem(error);
  }
}

/** Says what went wrong, in the page's #problem. @param {unknown} error */
export function showProblem(error) {
  const place = byId('problem');
  place.textContent = error instanceof Error ? error.message : String(error);
  place.hidden = false;
}
