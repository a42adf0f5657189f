// @ts-check
/** Times as people read them. */

/** How far the server's clock is ahead of this device's, in ms; small differences are the network's. */
let skew = 0;
const NOTICED = 3000;

/** @param {string | null} date a Date header */
export function learnServerTime(date) {
  const server = date === null ? NaN : Date.parse(date);
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  skew = Math.abs(difference) > NOTICED ? difference : 0;
}

/** Now, by the server's clock. */
export function serverNow() {
  return Date.now() + skew;
}

/** A span as 0:07, 12:05 or 1:02:03. @param {number} milliseconds */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const utc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' });
const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The time of day here: 14:03:05. @param {Date} date */
export function timeOfDay(date) {
  return clock.format(date);
}

/** A date and time here, short. @param {Date} date */
export function shortDate(date) {
  return Number.isNaN(date.getTime()) ? '' : short.format(date);
}

/** A moment in UTC and in the local zone, for a title. @param {Date} date */
export function fullDate(date) {
  if (Number.isNaN(date.getTime())) return '';
  const [there, here] = [utc.format(date), local.format(date)];
  return there === here ? there : `${there} · ${here}`;
}
