// @ts-check
/**
 * Which part of a long list is in the document. Pure.
 *
 * At most SIZE cards are. Where the reader is somewhere in the list, those that arrive above are not even put
 * into the document until the reader comes near: a card that is being read costs nothing, however many arrive.
 */
export const SIZE = 200;
/** Fewer than this above the reader: the window moves up. */
const NEAR = 20;
/** What it then leaves above. */
const AHEAD = 80;
/** More than this above: it moves down. */
const FAR = 110;

/**
 * Where `id` is in a list of ids that goes down, or where it would be.
 * @param {readonly number[]} ids @param {number} id
 */
export function indexIn(ids, id) {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {number} */ (ids[middle]) > id) low = middle + 1;
    else high = middle;
  }
  return { index: low, found: ids[low] === id };
}

/**
 * The part `[start, end)` to show.
 * @param {readonly number[]} ids newest first
 * @param {number | null} first the first id that was shown last time
 * @param {number | null} reader the id of the card being read; null at the top, where new ones appear
 */
export function windowOf(ids, first, reader) {
  if (reader === null) return { start: 0, end: Math.min(ids.length, SIZE / 2) };
  const at = indexIn(ids, reader).index;
  let start = first === null ? 0 : Math.min(indexIn(ids, first).index, at);
  if (at - start < NEAR || at - start > FAR) start = Math.max(0, at - AHEAD);
  // Just below the top all of it is shown, as long as that is little.
  return { start, end: Math.min(ids.length, start + SIZE) };
}
