// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIZE, indexIn, windowOf } from '../view-window.js';

/** Newest first, from `high` down to `low`. @param {number} high @param {number} low */
const down = (high, low) => Array.from({ length: high - low + 1 }, (_, index) => high - index);

test('an id is found, or its place', () => {
  assert.deepEqual(indexIn([9, 7, 5], 7), { index: 1, found: true });
  assert.deepEqual(indexIn([9, 7, 5], 6), { index: 2, found: false });
  assert.deepEqual(indexIn([], 6), { index: 0, found: false });
});

test('at the top the newest are shown', () => {
  assert.deepEqual(windowOf(down(1000, 1), 500, null), { start: 0, end: SIZE / 2 });
  assert.deepEqual(windowOf([3, 2], null, null), { start: 0, end: 2 });
});

test('however many arrive above a reader, the window is bounded and holds the reader', () => {
  let first = 1000;
  for (let newest = 1000; newest < 6000; newest += 37) {
    const ids = down(newest, 1);
    const { start, end } = windowOf(ids, first, 990);
    const at = indexIn(ids, 990).index;
    assert.ok(end - start <= SIZE);
    assert.ok(start <= at && at < end, `reader at ${at} of ${start}–${end}`);
    first = /** @type {number} */ (ids[start]);
  }
  assert.ok(first < 1200, 'what arrives far above is not in the document');
});

test('a reader who moves through the list takes the window along, with room on both sides', () => {
  const ids = down(3000, 1);
  for (const step of [1, -1]) {
    let first = /** @type {number | null} */ (null);
    for (let at = step > 0 ? 0 : ids.length - 1; at >= 0 && at < ids.length; at += step) {
      const { start, end } = windowOf(ids, first, /** @type {number} */ (ids[at]));
      assert.ok(end - start <= SIZE);
      assert.ok(at - start >= Math.min(at, 20) && end - at > Math.min(ids.length - 1 - at, 20), `${at} in ${start}–${end}`);
      first = /** @type {number} */ (ids[start]);
    }
  }
});
