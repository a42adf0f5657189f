// @ts-check
/** Which key means what. Pure, so that keys can be remapped later. */
/** @import { ActionKind } from './types.js' */
import { KINDS } from './actions.js';

/** @typedef {ActionKind | 'next' | 'previous' | 'undo' | 'let-go' | 'help'} Command */

/** @type {Record<string, Command>} */
const BY_KEY = { j: 'next', k: 'previous', arrowdown: 'next', arrowup: 'previous', u: 'undo', escape: 'let-go', '?': 'help' };
/** Where the letters are on a keyboard that writes others: Cyrillic, Arabic, Greek. @type {Record<string, Command>} */
const BY_PLACE = { KeyJ: 'next', KeyK: 'previous', KeyU: 'undo' };

/** Commands that a held-down key may repeat. */
const MAY_REPEAT = new Set(['next', 'previous']);

/**
 * @param {Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat' | 'isComposing'>} event
 * @returns {Command | null}
 */
export function commandOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const key = event.key.toLowerCase();
  // Digits need Shift on some keyboards (French), so the place of the key counts as well.
  const place = event.shiftKey ? null : /^Digit([1-6])$/.exec(event.code)?.[1];
  const digit = /^[1-6]$/.test(key) ? key : place;
  const letter = /^[a-z]$/.test(key) || event.shiftKey ? undefined : BY_PLACE[event.code];
  const command = (digit ? KINDS[Number(digit) - 1] : undefined) ?? BY_KEY[key] ?? letter ?? null;
  return command && event.repeat && !MAY_REPEAT.has(command) ? null : command;
}

/** Whether keys belong to what has the focus: a field, a list to choose from. @param {EventTarget | null} target */
export function isForTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
