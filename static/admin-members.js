// @ts-check
/** Finds people by the beginning of their user name, among Wikimedia's global accounts. */
/** @import { Account } from './user-name.js' */
import './admin.js';
import { accountsAddress, asUserName, chosenAccount } from './user-name.js';

/** How long typing has to pause before the wiki is asked, in ms. */
const WAIT = 250;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-wiki]'));
const name = /** @type {HTMLInputElement} */ (document.getElementById('wiki_username'));
const id = /** @type {HTMLInputElement} */ (document.getElementById('centralauth_id'));
const found = /** @type {HTMLDataListElement} */ (document.getElementById('found'));
const chosen = /** @type {HTMLElement} */ (document.getElementById('chosen'));

/** @param {string} prefix @returns {Promise<Account[]>} */
async function accounts(prefix) {
  const address = accountsAddress(form?.dataset['wiki'] ?? '', prefix);
  const response = await fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  const { query } = await response.json();
  return query?.globalallusers ?? [];
}

/** Counts the questions: what answers an earlier one is not shown. */
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
    const account = chosenAccount(list, prefix);
    if (typeof account === 'number') {
      id.value = String(account);
      chosen.textContent = `${prefix}: ${account}`;
    } else if (account) {
      chosen.textContent = chosen.dataset[account] ?? '';
    }
  } catch {
    // The number can be typed.
  }
}

let timer = 0;
name?.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(() => void suggest(), WAIT);
});
