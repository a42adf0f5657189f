// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueState } from '../queue-state.js';
/** @import { Delta, Message } from '../types.js' */

/** @param {number} id @param {number} revision @param {Partial<Message>} [more] @returns {Message} */
const message = (id, revision, more = {}) => ({
  id, revision, screen_name: `Guest #${id}`, message: `text ${id}`, message_type: 'text', arrived_at: '2026-07-01T10:00:00Z',
  detected_language: 'en', profile_img: null, sender_id: null, centralauth_id: null, ...more,
});

/** @param {number} revision @param {Partial<Delta>} [more] @returns {Delta} */
const delta = (revision, more = {}) => ({
  revision, reset: false, messages: [], gone: [], queued: 0, stats: {}, drops: {}, moderators: [], ...more,
});

/** @param {number} revision @param {number[]} ids @param {Partial<Delta>} [more] */
const page = (revision, ids, more = {}) =>
  delta(revision, { reset: true, messages: ids.map((id) => message(id, revision)), queued: ids.length, ...more });

/** @template T @param {T[]} items @returns {Generator<T[]>} */
function* permutations(items) {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

test('a first page is shown newest first, whatever order it came in', () => {
  const state = new QueueState();
  state.apply(page(5, [2, 9, 4], { stats: { approved: 3 }, drops: { ban: 1 } }));
  assert.deepEqual(state.visible(), [9, 4, 2]);
  assert.equal(state.revision, 5);
  assert.deepEqual(state.stats, { approved: 3 });
  assert.equal(state.complete, true);
});

test('deltas give the same result in any order and repeated', () => {
  // 3 arrives, 1 goes, 3 goes, 1 comes back by an undo, 4 arrives and goes.
  const deltas = [
    delta(11, { messages: [message(3, 11)] }),
    delta(12, { gone: [1] }),
    delta(13, { gone: [3] }),
    delta(14, { messages: [message(1, 14)] }),
    delta(16, { messages: [message(5, 16)], gone: [4], queued: 3 }),
  ];
  for (const order of permutations(deltas)) {
    const state = new QueueState();
    state.apply(page(10, [1, 2]));
    for (const it of [...order, ...order.slice(0, 2)]) state.apply(it);
    assert.deepEqual(state.visible(), [5, 2, 1], order.map(({ revision }) => revision).join(' '));
    assert.equal(state.revision, 16);
    assert.equal(state.queued, 3);
  }
});

test('of two facts as of one revision, gone wins', () => {
  for (const [first, second] of [[[1], []], [[], [1]]]) {
    const state = new QueueState();
    state.apply(page(1, []));
    for (const gone of [first, second]) state.apply(delta(7, { messages: gone?.length ? [] : [message(1, 7)], gone: gone ?? [] }));
    assert.deepEqual(state.visible(), []);
  }
});

test('a reset replaces everything', () => {
  const state = new QueueState();
  state.apply(page(10, [1, 2, 3]));
  state.apply(page(20, [3, 4]));
  assert.deepEqual(state.visible(), [4, 3]);
  assert.equal(state.get(1), undefined);
});

test('a reset to an earlier revision is another database and is believed', () => {
  const state = new QueueState();
  state.apply(page(500, [1, 2]));
  state.apply(delta(501, { gone: [2] }));
  state.settle(1);
  state.apply(page(3, [1, 2]));
  assert.deepEqual(state.visible(), [2, 1]);
  assert.equal(state.revision, 3);
});

test('what was decided here goes at once and is not brought back by old news', () => {
  const state = new QueueState();
  state.apply(page(10, [1, 2]));
  state.hide(2);
  assert.deepEqual(state.visible(), [1]);
  state.apply(page(11, [1]));
  state.apply(delta(11, { messages: [message(2, 10)] }));
  assert.deepEqual(state.visible(), [1], 'hidden while it is under way');
  state.settle(2);
  state.apply(delta(12, { messages: [message(2, 10)] }));
  assert.deepEqual(state.visible(), [1], 'a late delta from before the decision');
  state.apply(delta(13, { gone: [2] }));
  state.apply(delta(15, { messages: [message(2, 15)] }));
  assert.deepEqual(state.visible(), [2, 1], 'somebody took it back');
});

test('a decision that failed comes back with its note, unless others decided meanwhile', () => {
  const state = new QueueState();
  const note = { text: 'Not saved.', login: false };
  state.apply(page(10, [1, 2]));
  state.hide(1);
  state.hide(2);
  state.apply(delta(11, { gone: [2] }));
  state.bringBack(1, note);
  state.bringBack(2, note);
  assert.deepEqual(state.visible(), [1]);
  assert.equal(state.notes.get(1), note);
  assert.equal(state.notes.has(2), false);
});

test('what is taken back waits again at once, and the server has the last word', () => {
  const state = new QueueState();
  const original = message(2, 10);
  state.apply(page(10, [1, 2]));
  state.hide(2);
  state.settle(2);
  state.apply(delta(11, { gone: [2] }));
  state.restore(original);
  assert.deepEqual(state.visible(), [2, 1]);
  state.apply(delta(12, { messages: [message(2, 12)] }));
  state.apply(delta(13, { gone: [2] }));
  assert.deepEqual(state.visible(), [1]);
});

test('a card under somebody’s finger stays in its place, marked, until they let go', () => {
  const state = new QueueState();
  state.apply(page(10, [1, 2, 3]));
  state.keep([2]);
  state.apply(delta(11, { gone: [2, 3] }));
  assert.deepEqual(state.visible(), [2, 1]);
  assert.equal(state.isGhost(2), true);
  assert.equal(state.isWaiting(2), false);
  state.keep([1]);
  assert.deepEqual(state.visible(), [1]);
});

test('a ghost that waits again is a message again', () => {
  const state = new QueueState();
  state.apply(page(10, [1, 2]));
  state.keep([2]);
  state.apply(page(11, [1]));
  assert.equal(state.isGhost(2), true);
  state.apply(delta(12, { messages: [message(2, 12)] }));
  assert.equal(state.isGhost(2), false);
  assert.deepEqual(state.visible(), [2, 1]);
});

test('filters show what fits, and ask for a new first page', () => {
  const state = new QueueState();
  state.apply(delta(10, { reset: true, queued: 3, messages: [
    message(1, 1, { message_type: 'qa' }), message(2, 2, { detected_language: 'ar' }), message(3, 3, { message_type: 'qa', detected_language: null }),
  ] }));
  assert.equal(state.awaited, false);
  state.setFilters({ type: 'qa', lang: '' });
  assert.equal(state.awaited, true);
  assert.deepEqual(state.visible(), [3, 1]);
  state.setFilters({ type: 'qa', lang: 'ar' });
  assert.deepEqual(state.visible(), []);
  state.setFilters({ type: '', lang: 'ar' });
  assert.deepEqual(state.visible(), [2]);
  assert.deepEqual([...state.languages.keys()], ['en', 'ar']);
});

test('older pages are added below; what came back down there meanwhile is kept', () => {
  const state = new QueueState({ limit: 2 });
  state.apply(page(10, [9, 8], { queued: 5 }));
  assert.equal(state.complete, false);
  assert.equal(state.floor, 8);
  state.apply(delta(12, { messages: [message(3, 12)], queued: 6 }));
  assert.deepEqual(state.visible(), [9, 8], 'not yet: there is a gap above it');
  state.applyOlder(page(11, [7, 5]));
  assert.deepEqual(state.visible(), [9, 8, 7, 5]);
  state.applyOlder(page(11, [2]));
  assert.deepEqual(state.visible(), [9, 8, 7, 5, 3, 2]);
  assert.equal(state.complete, true);
});

test('an older page does not bring back what has gone since it was written', () => {
  const state = new QueueState({ limit: 2 });
  state.apply(page(10, [9, 8], { queued: 4 }));
  state.apply(delta(12, { gone: [7] }));
  state.applyOlder(page(11, [7, 6]));
  assert.deepEqual(state.visible(), [9, 8, 6]);
});

test('a server that ignores `before` does not make it ask for ever', () => {
  const state = new QueueState({ limit: 2 });
  state.apply(page(10, [9, 8], { queued: 5 }));
  state.applyOlder(page(10, [9, 8]));
  assert.equal(state.complete, true);
});

test('the oldest are forgotten beyond the limit, but never what is on the screen', () => {
  const state = new QueueState({ limit: 100, cap: 10 });
  state.apply(page(1, Array.from({ length: 20 }, (_, index) => index + 1)));
  state.trim(5);
  assert.equal(state.visible().at(-1), 5);
  state.trim(null);
  assert.deepEqual(state.visible(), [20, 19, 18, 17, 16, 15, 14, 13, 12, 11]);
  assert.equal(state.complete, false);
  assert.equal(state.floor, 11);
});

test('the focus goes on past those that others look at', () => {
  const state = new QueueState();
  state.me = 'Me';
  state.apply(page(1, [1, 2, 3, 4, 5], { moderators: [{ username: 'Amara', focus: 3 }, { username: 'Me', focus: 2 }] }));
  assert.deepEqual(state.heldBy(3), ['Amara']);
  assert.deepEqual(state.heldBy(2), []);
  assert.equal(state.after(4, 1), 2);
  assert.equal(state.after(4, -1), 5);
  assert.equal(state.after(1, 1), 2, 'at the end it turns back');
  assert.equal(state.neighbour(4, 1), 3);
  assert.equal(state.neighbour(5, -1), null);
  state.hide(4);
  assert.equal(state.neighbour(4, 1), 3, 'from where it was');
  assert.equal(state.neighbour(4, -1), 5);
});

test('if others look at all that is left, the focus goes there all the same', () => {
  const state = new QueueState();
  state.apply(page(1, [1, 2], { moderators: [{ username: 'Amara', focus: 1 }] }));
  assert.equal(state.after(2, 1), 1);
  state.hide(1);
  assert.equal(state.after(2, 1), null);
});
