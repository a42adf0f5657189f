// @ts-check
/** Finds people by the beginning of their user name, among Wikimedia's global accounts. */
import './admin.js';

const WAIT = 250;

/** @typedef {{ id: number, name: string, locked?: string }} Account */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-wiki]'));
const name = /** @type {HTMLInputElement} */ (document.getElementById('wiki_username'));
const id = /** @type {HTMLInputElement} */ (document.getElementById('centralauth_id'));
const found = /** @type {HTMLDataListElement} */ (document.getElementById('found'));
const chosen = /** @type {HTMLElement} */ (document.getElementById('chosen'));

/** User names begin with a capital letter, and an underscore is a space. @param {string} text */
export function asUserName(text) {
  const trimmed = text.replaceAll('_', ' ').trim();
  const [first = ''] = trimmed;
  return first.toLocaleUpperCase('en') + trimmed.slice(first.length);
}

/** @param {string} prefix @returns {Promise<Account[]>} */
async function accounts(prefix) {
  const query = new URLSearchParams({
    action: 'query', format: 'json', formatversion: '2', origin: '*',
    list: 'globalallusers', aguprefix: prefix, aguprop: 'lockinfo', agulimit: '8',
  });
  const response = await fetch(`${form?.dataset['wiki']}/w/api.php?${query}`, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  const { query: answer } = await response.json();
  return answer?.globalallusers ?? [];
}

let asked = 0;

async function suggest() {
  const prefix = asUserName(name.value);
  const mine = (asked += 1);
  id.value = '';
  chosen.textContent = '';
  if (!prefix) return found.replaceChildren();
  try {
    const list = await accounts(prefix);
    if (mine !== asked) return;
    found.replaceChildren(...list.map((account) => new Option(account.name)));
    const exact = list.find((account) => account.name === prefix);
    if (exact && exact.locked === undefined) {
      id.value = String(exact.id);
      chosen.textContent = `${exact.name}: ${exact.id}`;
    } else if (exact) chosen.textContent = chosen.dataset['locked'] ?? '';
    else if (list.length === 0) chosen.textContent = chosen.dataset['none'] ?? '';
  } catch {
    // The number can be typed.
  }
}

let timer = 0;
name?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(() => void suggest(), WAIT);
});
