/** What the page knows of the roast. Messages change it; views read it, once a frame. */

import { RoasterClock } from './clock.js';
import { Governed } from './governed.js';

/** A reading that is older than this, in our seconds, is not shown as live. */
export const staleSeconds = 2;
const longestKeptSeconds = 3 * 3600;
const mostEvents = 400;

/** The live state. One direction: `receive` and `load` in, `onChange` out. */
export class LiveState {
  /** 'connecting' | 'live' | 'lost' | 'login'; and what went wrong, if something did. */
  connection = 'connecting';
  problem = null;
  caller = null;
  simulated = false;
  /** The daemon's unit for people, 'C' or 'F'; null where it has none. */
  unit = null;
  clock = new RoasterClock();
  /** Proposals, the level, alarms. */
  governed = new Governed(this.clock);
  link = null;
  reading = null;
  roast = null;
  batch = null;
  store = null;
  /** What the shadow of the roast says comes next, in columns; null while it says nothing. */
  outlook = null;
  /** Who pilots and what it says, as of GET /v1/pilot; null before the first. */
  pilot = null;
  /** In the order of their times, one a second: {at, bean, ibts, rise, heater, fan, drum, state}. */
  points = [];
  /** Of the batch, in the order in which they were told. */
  events = [];
  /** Called with each event that is news, and with each change of the connection. */
  onNews = () => {};
  onChange = () => {};
  #run = null;
  /** From the clock that nobody sets to the one that someone may have set just now. */
  #offset = NaN;

  /** How old the last reading is in our seconds; null without one. */
  get age() {
    const now = this.clock.now();
    if (!this.reading || now === null) return null;
    return Math.max(0, (now - Date.parse(this.reading.at)) / 1000 / this.clock.speed);
  }

  /** Whether what is shown is what the roaster reads now. */
  get isLive() {
    return this.connection === 'live' && this.link?.state === 'up' && this.age !== null
      && this.age <= staleSeconds;
  }

  /** When the roast began in the roaster's milliseconds; null before it. */
  get began() { return this.roast?.began ? Date.parse(this.roast.began) : null; }

  /** The standing landmarks of the roast by name. */
  get landmarks() { return this.roast?.landmarks ?? {}; }

  /** The outlook, while it is of now and can be trusted; null otherwise. */
  get trustedOutlook() {
    const { outlook } = this;
    return this.isLive && this.roast?.is_roasting && outlook?.trust === 'trusted' ? outlook : null;
  }

  /** A change of the connection to the daemon. */
  connect(connection, problem = null) {
    const was = this.connection;
    Object.assign(this, { connection, problem });
    if (was !== connection) this.onNews({ kind: 'connection', connection, was });
    this.onChange();
  }

  /** What the stream says. */
  receive(kind, data) {
    this.#take[kind]?.(data);
    this.onChange();
  }

  #take = {
    hello: (hello) => {
      this.simulated = Boolean(hello.simulated);
      // Another run counts its batches anew.
      if (this.#run !== hello.run) {
        this.events = [];
        this.governed.forget();
      }
      this.#run = hello.run;
      const now = Date.parse(hello.now);
      if (!Number.isNaN(now)) this.clock.set(now, hello.speed);
    },
    telemetry: (reading) => {
      const at = Date.parse(reading.at);
      if (Number.isNaN(at)) return;
      const offset = at - reading.monotonic_ns / 1e6;
      if (Math.abs(offset - this.#offset) > 250) this.clock.set(at, this.clock.speed);
      else this.clock.heard(at);
      this.#offset = offset;
      this.reading = reading;
      this.#append(point(reading, this.began));
    },
    event: (event) => {
      if (this.events.some((known) => known.id === event.id)) return;
      this.events = [...this.events, event].slice(-mostEvents);
      this.onNews({ kind: 'event', event });
    },
    link: (link) => {
      const was = this.link?.state;
      this.link = link;
      if (was !== link.state) this.onNews({ kind: 'link', link, was });
    },
    roast: (roast) => {
      if (this.roast && roast && roast.batch !== this.roast.batch) {
        this.events = this.events.filter((event) => event.batch === roast.batch);
      }
      this.roast = roast;
    },
    batch: (batch) => { this.batch = batch; },
    store: (store) => { this.store = store; },
    outlook: (outlook) => { this.outlook = outlook; },
    pilot: (pilot) => { this.pilot = pilot; },
    proposal: (proposal) => { this.governed.takeProposal(proposal); },
    autonomy: (standing) => { this.governed.takeStanding(standing); },
    abort: (abort) => { this.governed.takeAbort(abort); },
    alarm: (alarm) => { this.governed.takeAlarm(alarm); },
  };

  /** What the daemon answers when asked for everything, after a start or a gap in the stream. */
  load({ status, history, events, outlook, pilot }) {
    this.simulated = Boolean(status.simulated);
    this.unit = status.unit ?? null;
    this.caller = status.caller ?? this.caller;
    const was = this.link?.state;
    const { link, roast, batch, store } = status;
    Object.assign(this, { link, roast, batch, store, outlook, pilot });
    this.governed.takeStanding(status.autonomy);
    if (status.reading) this.reading = status.reading;
    if (was !== link.state) this.onNews({ kind: 'link', link, was });
    const past = historyPoints(history, this.began);
    const newest = past.at(-1)?.at ?? -Infinity;
    this.points = [...past, ...this.points.filter((point) => point.at > newest + 900)];
    const known = new Set(events.map((event) => event.id));
    const sameBatch = (event) => !known.has(event.id) && roast && event.batch === roast.batch;
    this.events = [...events, ...this.events.filter(sameBatch)].slice(-mostEvents);
    this.onChange();
  }

  /** Keeps a point a second, and each change of level or state. */
  #append(next) {
    const last = this.points.at(-1);
    if (last && next.at < last.at - 1000) {
      // The roaster's time went back: another roaster, or a clock was set.
      this.points = this.points.filter((point) => point.at < next.at);
    } else if (last && next.at - last.at < 1000 && isSameSetting(last, next)) {
      return;
    }
    this.points.push(next);
    const tooOld = next.at - longestKeptSeconds * 1000;
    if (this.points[0].at < tooOld - 60_000) {
      this.points = this.points.filter((point) => point.at >= tooOld);
    }
  }
}

/** A reading as a point of the chart. Within a roast its own clock counts, which nobody sets. */
export function point(reading, began) {
  return {
    at: began !== null && reading.roast_id != null && reading.roast_seconds != null
      ? began + reading.roast_seconds * 1000 : Date.parse(reading.at),
    bean: reading.bean_celsius, ibts: reading.ibts_celsius,
    rise: reading.rate_of_rise_celsius_per_minute,
    heater: reading.heater_level, fan: reading.fan_level, drum: reading.drum_level,
    state: reading.state_code,
  };
}

/** The answer of /v1/telemetry as points. */
function historyPoints(history, began) {
  if (!history) return [];
  const start = history.roast_id != null && began !== null ? began : null;
  return history.seconds.map((seconds, index) => ({
    at: start === null ? history.at_ms[index] : start + seconds * 1000,
    bean: history.bean_celsius[index], ibts: history.ibts_celsius[index],
    rise: history.rate_of_rise_celsius_per_minute[index],
    heater: history.heater_level[index], fan: history.fan_level[index],
    drum: history.drum_level[index], state: history.state_code[index],
  }));
}

function isSameSetting(one, other) {
  return ['heater', 'fan', 'drum', 'state'].every((name) => one[name] === other[name]);
}
