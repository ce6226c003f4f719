/** When first crack and the drop will come: by the outlook; sounds without one at the present rate of rise. */

import { degrees, minutes, percent, remember, remembered, unit } from './words.js';

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
      const seconds = outlook ? bean >= target ? 0 : untilReached(outlook, target, roast.seconds)
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

  /**
   * When to drop by the temperature ('drop') or by development ('ratio'), by the outlook's columns and with
   * the person's own first-crack temperature where one is set: {seconds, earliest, latest} of the roast,
   * where latest is null beyond the forecast; {reason} where nobody can say; null where nothing is aimed at
   * or roasted.
   */
  when(name, state) {
    const { roast, outlook, trustedOutlook: trusted } = state;
    const wanted = this.values[name];
    if (wanted == null || !state.isLive || !roast?.is_roasting) return null;
    const cracked = state.landmarks.first_crack?.seconds;
    if (name === 'ratio' && cracked != null) {
      return developed({ seconds: cracked, earliest: cracked, latest: cracked }, wanted);
    }
    if (!trusted) return { reason: outlook?.trust_text ?? 'no forecast yet' };
    const beyond = { reason: 'beyond the forecast' };
    if (name === 'drop') return reached(trusted, wanted) ?? beyond;
    const celsius = this.values.first_crack;
    const crack = celsius == null ? trusted.first_crack : reached(trusted, celsius);
    // One that is not to come has been, and nobody has said when. The daemon's is a whole second.
    if (crack && crack.seconds <= Math.ceil(trusted.seconds[0])) {
      return { reason: 'first crack is not marked' };
    }
    return developed(crack, wanted) ?? beyond;
  }

  /** The same in words: `198.0 °C: at 11:40, in 2:05 (1:50 to 2:25)`; empty where there is none. */
  whenWords(name, state) {
    const found = this.when(name, state);
    if (!found) return '';
    const wanted = this.values[name];
    const goal = name === 'drop' ? `${degrees(wanted)} °${unit.letter}` : `${percent(wanted)} development`;
    if (found.reason) return `${goal}: ${found.reason}`;
    const now = state.reading.roast_seconds ?? state.roast.seconds;
    if (found.seconds <= now) return `${goal}: now`;
    const left = (seconds) => minutes(Math.max(0, seconds - now));
    const { earliest, latest } = found;
    const between = latest === null ? ` (from ${left(earliest)} on)`
      : latest > earliest ? ` (${left(earliest)} to ${left(latest)})` : '';
    return `${goal}: at ${minutes(found.seconds)}, in ${left(found.seconds)}${between}`;
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

/**
 * When the outlook's BT rises to a temperature, in its band; null where it does not as far as is seen. It
 * turns where it first stops falling: with little heat it may fall again later, and lower.
 */
function reached({ seconds, bean_celsius: beans, bean_band_celsius: bands }, target) {
  let turning = 0;
  while (beans[turning + 1] < beans[turning]) turning += 1;
  const first = (sign) => {
    const at = (index) => beans[index] + sign * bands[index];
    const next = beans.findIndex((_, index) => index >= turning && at(index) >= target);
    if (next <= turning) return next < 0 ? null : seconds[next];
    const share = (target - at(next - 1)) / (at(next) - at(next - 1));
    return seconds[next - 1] + share * (seconds[next] - seconds[next - 1]);
  };
  const middle = first(0);
  if (middle === null) return null;
  return { seconds: middle, earliest: Math.min(first(1) ?? middle, middle), latest: first(-1) };
}

function untilReached(outlook, target, now) {
  const found = reached(outlook, target);
  return found && Math.max(0, found.seconds - now);
}

/** When so large a share of the roast has come after a first crack. */
function developed(crack, ratio) {
  if (!crack || ratio >= 1) return null;
  const [seconds, earliest, latest] = [crack.seconds, crack.earliest, crack.latest]
    .map((at) => (at === null ? null : at / (1 - ratio)));
  return { seconds, earliest, latest };
}
