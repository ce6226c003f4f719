/** A person's own wish: tap a level, choose another, tap why. What is confirmed is its card. */

import { ask, RequestProblem } from './connection.js';
import { kinds } from './commands.js';
import { say } from './live.js';

/** What may be chosen (Specs/governor.md C1). */
const limits = { heater: [0, 9], fan: [1, 12], drum: [1, 9] };
const reasons = {
  heater: ['Rise too fast', 'Rise too slow', 'First crack', 'As planned'],
  fan: ['Smoke and chaff', 'Rise too fast', 'Rise too slow', 'As planned'],
  drum: ['Scorching', 'Uneven', 'As planned'],
};
const byID = (id) => document.getElementById(id);

/** The levels among the numbers, and the form under them. */
export class Steering {
  #state;
  #form = byID('steer');
  #control = null;
  #level = 0;

  constructor(state) {
    this.#state = state;
    for (const button of document.querySelectorAll('[data-steer]')) {
      button.addEventListener('click', () => this.#open(button.dataset.steer));
    }
    byID('steer-away').addEventListener('click', () => this.#close());
    byID('steer-down').addEventListener('click', () => this.#choose(this.#level - 1));
    byID('steer-up').addEventListener('click', () => this.#choose(this.#level + 1));
    this.#form.addEventListener('keydown', (key) => { if (key.key === 'Escape') this.#close(); });
    this.#form.addEventListener('submit', (submission) => submission.preventDefault());
  }

  /** Whether a wish could come to something. */
  show() {
    const { governed, caller } = this.#state;
    const may = this.#state.isLive && !governed.latch && (governed.standing?.level ?? 'L1') !== 'L1'
      && ['operator', 'owner'].includes(caller?.role);
    for (const button of document.querySelectorAll('[data-steer]')) button.hidden = !may;
    if (!may && !this.#form.hidden) this.#close();
    if (!this.#form.hidden) this.#showTitle();
  }

  get #now() { return this.#state.reading?.[`${this.#control}_level`] ?? null; }

  #open(control) {
    this.#control = control;
    this.#form.hidden = false;
    this.#form.dataset.kind = control;
    say(byID('steer-said'), '');
    byID('steer-why').replaceChildren(...reasons[control].map((words) => {
      const button = document.createElement('button');
      Object.assign(button, { type: 'button', textContent: words });
      button.addEventListener('click', () => this.#propose(words));
      return button;
    }));
    this.#choose(this.#now ?? limits[control][0]);
  }

  #close() { this.#form.hidden = true; }

  #choose(level) {
    const [least, most] = limits[this.#control];
    this.#level = Math.min(most, Math.max(least, level));
    byID('steer-down').disabled = this.#level === least;
    byID('steer-up').disabled = this.#level === most;
    this.#showTitle();
  }

  #showTitle() {
    say(byID('steer-title'), `${kinds[this.#control]} ${this.#now ?? '?'} →`);
    say(byID('steer-level'), String(this.#level));
    for (const button of byID('steer-why').children) button.disabled = this.#level === this.#now;
  }

  async #propose(because) {
    try {
      this.#state.governed.takeProposal(await ask('POST', '/v1/proposals', {
        kind: this.#control, level: this.#level, because,
      }));
      this.#close();
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      say(byID('steer-said'), problem.words);
    }
  }
}
