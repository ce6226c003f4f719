/** Tells the daemon that a person is there: only after a touch, and only while the page is looked at. */

import { ask, RequestProblem } from './connection.js';

/** In the roaster's seconds, which run faster where it is simulated. */
const touchSeconds = 180;
const tellSeconds = 60;
const leastMilliseconds = 2000;

/** Counts touches as signs of life. */
export class Presence {
  #state;
  #touchedAt = -Infinity;
  #toldAt = -Infinity;

  constructor(state) {
    this.#state = state;
    for (const touch of ['pointerdown', 'keydown']) {
      addEventListener(touch, (event) => {
        if (!event.isTrusted) return;
        this.#touchedAt = Date.now();
        this.tell();
      }, { capture: true, passive: true });
    }
    setInterval(() => this.tell(), 1000);
  }

  /** Tells it, if there is something to tell and it was not told just now. */
  async tell() {
    const now = Date.now();
    const { clock, caller, connection } = this.#state;
    const pass = (at) => (now - at) / 1000 * clock.speed;
    // One touch is one sign of life: told again it would last longer than it may.
    if (document.hidden || this.#touchedAt <= this.#toldAt) return;
    if (pass(this.#touchedAt) > touchSeconds) return;
    if (pass(this.#toldAt) < tellSeconds || now - this.#toldAt < leastMilliseconds) return;
    if (connection !== 'live' || !['operator', 'owner'].includes(caller?.role)) return;
    this.#toldAt = now;
    try {
      await ask('POST', '/v1/presence', {});
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
    }
  }
}
