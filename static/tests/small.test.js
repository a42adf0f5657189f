// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFilters, writeFilters } from '../filters.js';
import { commandOf } from '../keys.js';
import { span } from '../time.js';
import { excerpt, words } from '../words.js';

/** @param {Partial<KeyboardEvent>} event */
const key = (event) => commandOf({ key: '', code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, isComposing: false, ...event });

test('keys mean the same on other keyboards', () => {
  assert.equal(key({ key: '3', code: 'Digit3' }), 'reject');
  assert.equal(key({ key: '&', code: 'Digit1' }), 'highlight', 'French: digits need Shift');
  assert.equal(key({ key: '1', code: 'Digit1', shiftKey: true }), 'highlight', 'French, with it');
  assert.equal(key({ key: '!', code: 'Digit1', shiftKey: true }), null, 'not what was typed elsewhere');
  assert.equal(key({ key: 'о', code: 'KeyJ' }), 'next', 'Cyrillic');
  assert.equal(key({ key: 'c', code: 'KeyJ' }), null, 'Dvorak has its J elsewhere');
  assert.equal(key({ key: 'J', code: 'KeyJ', shiftKey: true }), 'next');
  assert.equal(key({ key: '?', code: 'Slash', shiftKey: true }), 'help');
  assert.equal(key({ key: '7', code: 'Digit7' }), null);
});

test('a key that is held down decides once', () => {
  assert.equal(key({ key: '3', code: 'Digit3', repeat: true }), null);
  assert.equal(key({ key: 'u', code: 'KeyU', repeat: true }), null);
  assert.equal(key({ key: 'j', code: 'KeyJ', repeat: true }), 'next');
  assert.equal(key({ key: '1', code: 'Digit1', ctrlKey: true }), null);
});

test('filters live in the address', () => {
  assert.deepEqual(readFilters('?type=qa&lang=pt-BR'), { type: 'qa', lang: 'pt-BR' });
  assert.deepEqual(readFilters('?type=<b>&lang=a%20b'), { type: '', lang: '' });
  assert.equal(writeFilters('?x=1&lang=ar', { type: 'emoji', lang: '' }), '?x=1&type=emoji');
  assert.equal(writeFilters('?type=qa', { type: '', lang: '' }), '');
});

test('spans count', () => {
  assert.equal(span(-500), '0:00');
  assert.equal(span(65_900), '1:05');
  assert.equal(span(3_723_000), '1:02:03');
});

test('an excerpt is isolated, short and never cuts a character in two', () => {
  assert.equal(excerpt(' a \n b '), '“\u2068a b\u2069”');
  const long = excerpt('😀'.repeat(90));
  assert.equal([...long].length, 40 + 4);
  assert.ok(long.isWellFormed?.() ?? true);
});

test('a text of which nothing can be seen is told as such', () => {
  for (const text of ['', ' \n', '\u200b\u200d', '\u3164\u2800']) assert.equal(excerpt(text), words.card.withoutText);
  for (const text of ['.', '👍🏽', 'ا', '字']) assert.ok(excerpt(text).includes(text));
});

test('every decision that can stand in the way has its sentence', () => {
  for (const status of ['highlighted', 'approved', 'rejected', 'queued']) assert.ok(words.problems.superseded[status]);
});
