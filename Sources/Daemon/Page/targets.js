/** When first crack and the drop will come: by the outlook, else at the present rate of rise. */

import { remember, remembered } from './words.js';

const key = 'roast.targets';
/** How early a sound comes, in the roaster's seconds. */
const warningSeconds = 20;
/** A forecast beyond this says nothing. */
const farthestSeconds = 600;
/** Where most beans crack (Specs/machine.md M12). */
const usualCrack = 187;
/** Before this the probe has not turned for sure. */
const earliestSeconds = 120;

/**
 * What the person aims at: {first_crack, drop} in Celsius, {ratio} 0 to 1; null where nothing. Without a
 * first crack it is what the daemon has learned of these beans.
 */
export class Targets {
  values = { first_crack: null, drop: null, ratio: null };
  #told = { batch: null, first_crack: false, drop: false };

  constructor() {
    try {
      Object.assign(this.values, JSON.parse(remembered(key) ?? '{}'));
    } catch { /* What cannot be read is as good as nothing. */ }
  }

  /** Keeps one of them in this browser. */
  set(name, value) {
    this.values[name] = value;
    remember(key, JSON.stringify(this.values));
    this.#told.batch = null;
  }

  /** What comes next: {name, seconds} or null, where name is 'first_crack' or 'drop'. */
  next(state) {
    const { roast, reading } = state;
    if (!state.isLive || !roast?.is_roasting || (roast.seconds ?? 0) < earliestSeconds) return null;
    const bean = reading.bean_celsius;
    const rise = reading.rate_of_rise_celsius_per_minute;
    const outlook = state.trustedOutlook;
    const until = (target) => {
      if (target == null || bean == null || rise == null) return null;
      const seconds = outlook ? this.#untilAhead(outlook, target, bean, roast.seconds)
        : rise < 0.5 ? null : (target - bean) / rise * 60;
      if (seconds === null) return null;
      return seconds <= farthestSeconds ? Math.max(0, seconds) : null;
    };
    const hasCracked = Boolean(state.landmarks.first_crack);
    if (!hasCracked) {
      const learned = outlook?.first_crack_celsius ?? usualCrack;
      const seconds = until(this.values.first_crack ?? learned);
      if (seconds !== null) return { name: 'first_crack', seconds };
    }
    const drops = [until(this.values.drop), hasCracked ? this.#untilRatio(roast.phases) : null]
      .filter((seconds) => seconds !== null);
    return drops.length ? { name: 'drop', seconds: Math.min(...drops) } : null;
  }

  /** When the outlook's BT comes to a target; null where it does not as far as is seen. */
  #untilAhead({ seconds, bean_celsius: beans }, target, bean, now) {
    if (bean >= target) return 0;
    const next = beans.findIndex((celsius, index) => seconds[index] > now && celsius >= target);
    if (next < 0) return null;
    const before = next === 0 || seconds[next - 1] <= now ? { at: now, bean } : { at: seconds[next - 1], bean: beans[next - 1] };
    const share = (target - before.bean) / Math.max(0.01, beans[next] - before.bean);
    return before.at + Math.min(1, Math.max(0, share)) * (seconds[next] - before.at) - now;
  }

  /** Development grows with the whole: (d + t) / (T + t) = r. */
  #untilRatio(phases) {
    const { ratio } = this.values;
    const { development_seconds: development, total_seconds: total } = phases ?? {};
    if (!ratio || ratio >= 1 || development == null || total == null) return null;
    const seconds = (ratio * total - development) / (1 - ratio);
    return seconds <= farthestSeconds ? Math.max(0, seconds) : null;
  }

  /** What is to be told now, once a batch each; null otherwise. */
  due(state) {
    const batch = state.roast?.batch ?? null;
    if (batch !== this.#told.batch) this.#told = { batch, first_crack: false, drop: false };
    const next = this.next(state);
    if (!next || next.seconds > warningSeconds || this.#told[next.name]) return null;
    this.#told[next.name] = true;
    return next.name;
  }
}
