/** The roaster's clock, as far as a listener can tell. */

/** How long what seems late is taken to be late. */
const believedMilliseconds = 5000;

/**
 * Knows what time it is at the roaster: the latest time that was heard from there plus the real
 * time since, times how fast the roaster's time runs (a twin may run ten times as fast).
 *
 * Messages may be late and never early, so the earliest arrival tells best, and what seems late for
 * long is believed within seconds. A backlog that is replayed after a pause moves little, because
 * it takes no time to arrive.
 */
export class RoasterClock {
  /** How many of the roaster's seconds pass in one of ours. */
  speed = 1;
  #lead = null;
  #heardAt = 0;

  /** Starts anew from a time that was just told. */
  set(roasterTime, speed) {
    this.speed = speed > 0 ? speed : 1;
    this.#heardAt = Date.now();
    this.#lead = roasterTime - this.#heardAt * this.speed;
  }

  /** A reading of that time has just arrived. */
  heard(roasterTime) {
    const now = Date.now();
    const lead = roasterTime - now * this.speed;
    const belief = Math.min(Math.max(0, now - this.#heardAt), 1000) / believedMilliseconds;
    if (this.#lead === null || lead > this.#lead) this.#lead = lead;
    else this.#lead += (lead - this.#lead) * belief;
    this.#heardAt = now;
  }

  /** The roaster's time now in milliseconds; null as long as nothing was heard. */
  now() { return this.#lead === null ? null : this.#lead + Date.now() * this.speed; }
}
