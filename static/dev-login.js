// @ts-check
/** The development login: passes on where to go afterwards, but only within this site. */
import { el } from './dom.js';
import { fillWords, words } from './words.js';

fillWords(document);
document.title = `${words.devLogin.title} · ${words.product}`;

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
const next = new URLSearchParams(location.search).get('next') ?? '';
// "//host" and "/\host" are other sites.
if (/^\/(?![/\\])/.test(next)) form.append(el('input', { type: 'hidden', name: 'next', value: next }));

form.addEventListener('submit', () => {
  // An empty field is left out: no id is not the same as an empty one.
  for (const input of form.querySelectorAll('input')) input.disabled = input.value.trim() === '';
});
addEventListener('pageshow', () => {
  for (const input of form.querySelectorAll('input')) input.disabled = false;
});
