// @ts-check
/** The list of keys. */
import { KINDS, keyOf } from './actions.js';
import { el } from './dom.js';
import { words } from './words.js';

/** @type {HTMLDialogElement | null} */
let dialog = null;

/** Shows the keys, or takes them away. */
export function toggleHelp() {
  dialog ??= build();
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

function build() {
  const row = (/** @type {string[]} */ keys, /** @type {string} */ meaning) => [
    el('dt', {}, ...keys.map((key) => el('kbd', {}, key))),
    el('dd', {}, meaning),
  ];
  const { help } = words;
  const made = el('dialog', { class: 'help', 'aria-labelledby': 'help-title' },
    el('h2', { id: 'help-title' }, help.title),
    el('dl', {},
      ...KINDS.flatMap((kind) => row([keyOf(kind)], words.actionHelp[kind])),
      ...row(['J', 'K', help.arrows], help.move),
      ...row(['U'], help.undo),
      ...row([help.escape], help.letGo),
      ...row(['?'], help.help)),
    el('p', { class: 'soft' }, help.note),
    el('form', { method: 'dialog' }, el('button', { class: 'act', autofocus: true }, help.close)));
  document.body.append(made);
  return made;
}
