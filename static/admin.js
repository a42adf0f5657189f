// @ts-check
/** What makes the administration's pages handier; without it they work all the same. Every word is in the page. */
import { fullDate } from './time.js';

/** How often a page asks what came, in ms. */
const INTERVAL = 2_000;

/** Says each time in the viewer's zone too. @param {ParentNode} root */
export function tellLocalTimes(root) {
  for (const time of root.querySelectorAll('time')) time.title = fullDate(new Date(time.dateTime));
}

/** Shows the buttons that copy, and lets them. */
function copyButtons() {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('[data-copy]'))) {
    const source = document.getElementById(button.dataset['copy'] ?? '');
    if (!(source instanceof HTMLInputElement)) continue;
    const word = button.textContent;
    button.hidden = false;
    button.setAttribute('aria-live', 'polite');
    button.addEventListener('click', async () => {
      source.select();
      await navigator.clipboard.writeText(source.value);
      button.textContent = button.dataset['done'] ?? word;
      setTimeout(() => { button.textContent = word; }, INTERVAL);
    });
  }
}

/** A moment as the page has them. @param {string} text RFC 3339 */
function moment(text) {
  const time = document.createElement('time');
  time.dateTime = text;
  time.textContent = `${text.slice(0, 19).replace('T', ' ')} UTC`;
  time.title = fullDate(new Date(text));
  return time;
}

/** Keeps what the page says of the webhook up to date while it is looked at. */
function watchWebhook() {
  const place = /** @type {HTMLElement | null} */ (document.querySelector('[data-watch]'));
  if (!place) return;
  const look = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(place.dataset['watch'] ?? '', { headers: { Accept: 'application/json' }, cache: 'no-store' });
      if (!response.ok) return;
      const { webhook } = await response.json();
      for (const shown of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('[data-health]'))) {
        const at = webhook[shown.dataset['health'] ?? ''];
        if (!at || shown.querySelector('time')?.dateTime === at) continue;
        shown.replaceChildren(moment(at));
        if (shown.dataset['health'] === 'refused_at') shown.append(`: ${place.dataset[webhook.refused_why] ?? ''}`);
      }
    } catch {
      // The next look may succeed.
    }
  };
  setInterval(() => void look(), INTERVAL);
}

tellLocalTimes(document);
copyButtons();
watchWebhook();
