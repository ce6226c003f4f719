/** The red button: takes the heat away, and says what the person must do now. */

import { ask, RequestProblem, renewSession } from './connection.js';
import { onHold } from './hold.js';
import { say } from './live.js';
import { day, spaced } from './words.js';

const retryMilliseconds = 500;
const answerMilliseconds = 2500;
const hintMilliseconds = 6000;
/** What stands in sight until the daemon has said it better. */
const byHand = 'Turn the heater down at the roaster’s own panel, or pull the mains plug.';
const byID = (id) => document.getElementById(id);

/** The button in the bar, and the panel that it opens. */
export class Stop {
  #governed;
  #state;
  /** 'rest' | 'asking' | 'refused' */
  #phase = 'rest';
  #fire = false;
  #tries = 0;
  #asked = 0;
  #problem = '';
  #timer = null;
  #silence = null;
  #shownAdvice = '';

  constructor(state) {
    this.#state = state;
    this.#governed = state.governed;
    onHold(byID('stop'), {
      done: () => this.stop(false),
      released: () => this.#hint('Hold for one second'),
      asked: () => this.#hint('Press again to stop the heat'),
    });
    byID('fire').addEventListener('click', () => this.stop(true));
    byID('stop-away').addEventListener('click', () => { this.#rest(); this.show(); });
    byID('reset-open').addEventListener('click', () => this.#openReset(byID('reset-form').hidden));
    byID('reset-form').addEventListener('submit', (submission) => {
      submission.preventDefault();
      this.#reset(submission.target);
    });
  }

  /** Asks the daemon at once, and again until it has answered. */
  stop(isFire) {
    clearInterval(this.#timer);
    this.#fire ||= isFire;
    this.#phase = 'asking';
    this.#tries = 0;
    this.#asked = Date.now();
    this.#problem = '';
    this.#timer = setInterval(() => this.#try(), retryMilliseconds);
    this.#try();
    this.show();
    scrollTo({ top: 0 });
  }

  /** One request; it does not wait for those before it, which may hang. */
  async #try() {
    const asked = this.#asked;
    this.#tries += 1;
    try {
      const abort = await ask('POST', '/v1/abort', { because: 'the red button', fire: this.#fire },
        answerMilliseconds);
      if (asked !== this.#asked || this.#phase === 'rest') return;
      this.#rest();
      this.#governed.takeAbort({ latched: true, ...abort });
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      if (asked !== this.#asked || this.#phase !== 'asking') return;
      this.#problem = problem.words;
      // Another run of the daemon knows the session and not its value: that is mended in passing.
      if (problem.code === 'csrf') renewSession();
      else if (!problem.mayPass) {
        clearInterval(this.#timer);
        this.#phase = 'refused';
      }
    }
    this.show();
  }

  #rest() {
    clearInterval(this.#timer);
    this.#phase = 'rest';
    this.#fire = false;
  }

  async #reset(form) {
    const field = form.elements.because;
    say(byID('reset-said'), 'Resetting …');
    try {
      this.#governed.takeStanding(await ask('POST', '/v1/reset', { because: field.value.trim() }));
      field.value = '';
      say(byID('reset-said'), '');
      this.#openReset(false);
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      say(byID('reset-said'), `Not reset: ${problem.words}`);
    }
  }

  #openReset(isOpen) {
    byID('reset-form').hidden = !isOpen;
    byID('reset-open').setAttribute('aria-expanded', String(isOpen));
    if (isOpen) byID('reset-form').elements.because.focus();
  }

  /** Says beside the button how it wants to be used. */
  #hint(words) {
    say(byID('stop-hint'), words);
    byID('stop-hint').hidden = false;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => { byID('stop-hint').hidden = true; }, hintMilliseconds);
  }

  /** The panel, as long as something is asked or latched. */
  show() {
    const { latch } = this.#governed;
    const isUnanswered = this.#phase !== 'rest';
    byID('stopped').hidden = !latch && !isUnanswered;
    byID('stop').dataset.state = latch ? 'latched' : isUnanswered ? 'asking' : '';
    say(byID('stop-under'), latch ? 'stopped' : isUnanswered ? 'trying …' : 'hold 1 s');
    if (!latch && !isUnanswered) return;
    byID('stopped').dataset.state = isUnanswered ? 'unanswered' : 'latched';
    say(byID('stopped-title'), this.#title(latch));
    say(byID('stopped-how'), isUnanswered ? this.#struggle() : this.#how(latch));
    this.#showAdvice(isUnanswered && !latch ? [byHand] : [latch?.advice ?? []].flat());
    const isPerson = ['operator', 'owner'].includes(this.#state.caller?.role);
    byID('reset-open').hidden = !latch || !isPerson;
    if (!latch || !isPerson) this.#openReset(false);
    byID('fire').hidden = !latch?.latched || Boolean(latch.fire);
    byID('stop-away').hidden = this.#phase !== 'refused';
  }

  #title(latch) {
    if (this.#phase === 'refused') return 'Not stopped from here';
    if (this.#phase === 'asking') {
      return this.#tries < 3 ? 'Stopping …' : 'Not stopped: the daemon does not answer';
    }
    if (latch.waits_for_link) return 'Not stopped yet: the roaster is not connected';
    const heater = this.#heater(latch);
    if (latch.stepping) return `Stopping: ${heater}`;
    return latch.latched ? `Stopped: ${heater}` : `Tripped: ${latch.trips.map(spaced).join(', ')}`;
  }

  #struggle() {
    const seconds = Math.floor((Date.now() - this.#asked) / 1000);
    if (this.#phase === 'refused') return this.#problem;
    return this.#tries < 3 ? 'Asking the daemon.'
      : `${this.#tries} tries in ${seconds} s, going on. ${this.#problem}`;
  }

  #heater(latch) {
    const level = this.#state.isLive ? this.#state.reading.heater_level : null;
    return level == null ? `heater not read${latch.heater == null ? '' : `, last ${latch.heater}`}`
      : `heater ${level}`;
  }

  #how(latch) {
    return [
      latch.by ? `By ${latch.by}${latch.at ? `, ${day(latch.at)}` : ''}` : null, latch.reason,
      latch.latched && latch.trips?.length ? `tripped: ${latch.trips.map(spaced).join(', ')}` : null,
      'Nothing is sent until a person resets it',
    ].filter(Boolean).join(' · ');
  }

  #showAdvice(advice) {
    const shown = advice.join('\n');
    if (shown === this.#shownAdvice) return;
    this.#shownAdvice = shown;
    byID('advice').replaceChildren(...advice.map((words) => {
      const item = document.createElement('li');
      item.textContent = words;
      return item;
    }));
  }
}
