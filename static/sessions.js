// @ts-check
/** For superadmins: ends all sessions of somebody. */
import { byId, say } from './dom.js';
import { api, begin, showProblem } from './site.js';
import { fillWords, words } from './words.js';

fillWords(document);
document.title = `${words.sessions.title} · ${words.product}`;

const form = /** @type {HTMLFormElement} */ (byId('end'));
const id = /** @type {HTMLInputElement} */ (byId('central_id'));

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('problem').hidden = true;
  try {
    await api.post('/admin/sessions/end', { centralauth_id: Number(id.value) });
    say(words.sessions.ended(id.value));
    id.value = '';
  } catch (error) {
    say('');
    showProblem(error);
  }
});

begin().catch(showProblem);
