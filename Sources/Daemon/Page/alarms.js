/** Alarms: what is the matter, what to do, and that a person has heard it. */

import { ask, RequestProblem } from './connection.js';
import { day, minutes } from './words.js';
import { say } from './live.js';

/** How often an alarm that nobody has acknowledged sounds again. */
const againMilliseconds = 8000;
const byID = (id) => document.getElementById(id);

/** The banner of alarms, and their sound. */
export class Alarms {
  #state;
  #sounds;
  #rows = new Map();
  #soundedAt = 0;

  constructor(state, sounds) {
    this.#state = state;
    this.#sounds = sounds;
  }

  /** Shows those that stand, and sounds while nobody has said that it was heard. */
  show() {
    const { alarms } = this.#state.governed;
    const stand = new Set(alarms.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (stand.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    for (const alarm of alarms) {
      if (!this.#rows.has(alarm.id)) {
        this.#rows.set(alarm.id, this.#made(alarm));
        byID('alarms').prepend(this.#rows.get(alarm.id));
      }
      this.#update(this.#rows.get(alarm.id), alarm);
    }
    byID('alarms').hidden = !alarms.length;
    const isUnheard = alarms.some((alarm) => !alarm.acknowledged_by && !alarm.ended);
    if (!isUnheard || Date.now() - this.#soundedAt < againMilliseconds) return;
    this.#soundedAt = Date.now();
    this.#sounds.tell('alarm');
  }

  #made(alarm) {
    const row = document.getElementById('alarm-row').content.firstElementChild.cloneNode(true);
    row.dataset.alarm = alarm.code;
    row.querySelector('button').addEventListener('click', () => this.#acknowledge(row, alarm.id));
    return row;
  }

  #update(row, { text, action, began, ended, acknowledged_by: by, facts }) {
    const seconds = began ? Math.max(0, ((this.#state.clock.now() ?? 0) - Date.parse(began)) / 1000) : null;
    row.classList.toggle('heard', Boolean(by));
    row.classList.toggle('over', Boolean(ended));
    say(row.querySelector('b'), facts?.reason ? `${text.replace(/\.$/, '')}: ${facts.reason}.` : text);
    say(row.querySelector('span'), action);
    say(row.querySelector('small'), [
      ended ? 'over now' : seconds == null ? '' : seconds < 3600 ? `for ${minutes(seconds)}` : `since ${day(began)}`,
      by ? `heard by ${by}` : '',
    ].filter(Boolean).join(' · '));
    const mayDecide = ['operator', 'owner'].includes(this.#state.caller?.role);
    row.querySelector('button').hidden = Boolean(by) || !mayDecide;
  }

  async #acknowledge(row, id) {
    try {
      this.#state.governed.takeAlarm(await ask('POST', `/v1/alarms/${id}/acknowledge`, {}));
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      say(row.querySelector('.problem'), problem.words);
    }
  }
}
