/** How much is done without asking, always in sight, and the form that changes it. */

import { ask, RequestProblem } from './connection.js';
import { levels } from './commands.js';
import { say } from './live.js';
import { minutes } from './words.js';

const byID = (id) => document.getElementById(id);
const rank = (level) => Object.keys(levels).indexOf(level);

/** The pill in the bar and what opens under it. */
export class LevelPill {
  #state;
  #governed;
  #form = byID('level-form');

  constructor(state) {
    this.#state = state;
    this.#governed = state.governed;
    byID('level').addEventListener('click', () => this.#open(this.#form.hidden));
    byID('level-away').addEventListener('click', () => this.#open(false));
    this.#form.addEventListener('keydown', (key) => { if (key.key === 'Escape') this.#open(false); });
    this.#form.addEventListener('change', () => this.#showChoice());
    for (const chip of this.#form.querySelectorAll('[data-because]')) {
      chip.addEventListener('click', () => {
        this.#form.elements.because.value = chip.textContent;
      });
    }
    this.#form.addEventListener('submit', (submission) => {
      submission.preventDefault();
      this.#send();
    });
  }

  /** What is so now. */
  show() {
    const { standing, latch, steering } = this.#governed;
    const level = standing?.level;
    const { rule } = levels[level] ?? {};
    const isUnattended = rank(level) >= rank('L4');
    const who = steering ? `${steering} steers` : isUnattended ? 'no pilot yet' : '';
    byID('level').disabled = !standing;
    byID('level').dataset.level = level ?? '';
    say(byID('level-name'), level ?? 'L–');
    say(byID('level-rule'), latch ? 'nothing is sent' : rule ?? '');
    const isKnown = this.#state.connection === 'live';
    byID('level').classList.toggle('unknown', !isKnown);
    say(byID('level-who'), isKnown ? [who, this.#left()].filter(Boolean).join(' · ') : 'when last heard');
    const mayChange = ['operator', 'owner'].includes(this.#state.caller?.role);
    byID('level-set').disabled = !mayChange;
    say(byID('level-why-not'), mayChange ? '' : 'Only a person who is operator or owner changes the level.');
  }

  /** How long a borrowed level lasts. */
  #left() {
    const seconds = this.#governed.standing?.override_seconds;
    return seconds == null ? '' : `for ${minutes(seconds)} at most`;
  }

  #open(isOpen) {
    this.#form.hidden = !isOpen;
    byID('level').setAttribute('aria-expanded', String(isOpen));
    say(byID('level-said'), '');
    byID('override').hidden = true;
    byID('reasons').replaceChildren();
    if (!isOpen) {
      byID('level').focus({ focusVisible: false });
      return;
    }
    const { level, earlier_level: earlier } = this.#governed.standing ?? {};
    const now = this.#form.querySelector(`[value="${level}"]`);
    if (now) now.checked = true;
    (now ?? byID('level-set')).focus({ focusVisible: false });
    this.#form.scrollIntoView({ block: 'nearest' });
    say(byID('level-before'), earlier && earlier !== level ? `Before the daemon started it was ${earlier}.` : '');
    this.#showChoice();
  }

  get #chosen() { return this.#form.elements.level.value; }

  #showChoice() {
    const { level } = this.#governed.standing ?? {};
    const { name, words } = levels[this.#chosen] ?? {};
    say(byID('level-words'), name ? `${name}: ${words}` : '');
    if (rank(this.#chosen) < rank('L4')) byID('override').hidden = true;
    say(byID('level-set'), this.#chosen === level ? `Keep ${level}` : `Set ${this.#chosen}`);
  }

  async #send() {
    const { because, minutes: field } = this.#form.elements;
    const body = { level: this.#chosen, because: because.value.trim() };
    if (!byID('override').hidden && field.value !== '') body.override_seconds = Number(field.value) * 60;
    say(byID('level-said'), 'Setting …');
    try {
      this.#governed.takeStanding(await ask('PUT', '/v1/autonomy', body));
      because.value = '';
      this.#open(false);
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      say(byID('level-said'), `Not set: ${problem.words}`);
      if (problem.code === 'not_ready') this.#askOverride(problem.said.readiness);
    }
  }

  /** What the record lacks, and for how long the level is wanted all the same. */
  #askOverride(readiness) {
    byID('override').hidden = false;
    byID('reasons').replaceChildren(...(readiness?.reasons ?? []).map(({ text, met }) => {
      const item = document.createElement('li');
      item.className = met ? 'met' : '';
      item.textContent = text;
      return item;
    }));
    this.#form.elements.minutes.focus();
  }
}
