// @ts-check
/** Drives the simulation while its page is open: asks for what is due, and hands it to the webhook as Eventyay would. */
import './admin.js';

const INTERVAL = 1_000;

const place = /** @type {HTMLElement | null} */ (document.querySelector('[data-simulation]'));
const sent = place?.querySelector('[data-sent]');
const problem = /** @type {HTMLElement | null | undefined} */ (place?.querySelector('[data-problem]'));

async function step() {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRF-Token': document.body.dataset['csrf'] ?? '' };
  const answer = await fetch('/admin/simulation/inject', { method: 'POST', headers, body: '{}' });
  if (!answer.ok) throw new Error(String(answer.status));
  const due = await answer.json();
  if (!due.active) return location.reload();
  for (const { body, signature } of due.messages) {
    const taken = await fetch(due.webhook, {
      method: 'POST', body, credentials: 'omit',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Eventyay-Signature': signature },
    });
    if (!taken.ok) throw new Error(String(taken.status));
  }
  if (sent) sent.textContent = String(due.sent);
  if (problem) problem.hidden = true;
}

async function run() {
  try {
    await step();
  } catch (error) {
    if (problem) {
      problem.textContent = `${place?.dataset['failed'] ?? ''}${error instanceof Error ? error.message : ''}`;
      problem.hidden = false;
    }
  }
  setTimeout(() => void run(), INTERVAL);
}

if (place) void run();
