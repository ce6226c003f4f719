/** What a person marks: stamped at the tap, kept in this browser, sent when the daemon is there. */

import { ask, RequestProblem } from './connection.js';
import { landmarks, remember, remembered } from './words.js';

const prefix = 'roast.mark.';
/** A glove may strike twice. */
const bounceMilliseconds = 1500;
const longestWait = 5000;

/**
 * Marks and withdrawals on their way, oldest first. Each is an entry of its own in this browser's
 * storage, so that two pages do not overwrite each other; its key makes sending it twice harmless.
 *
 * An entry: {key, action: 'mark' | 'undo', event, roast, roastSeconds, at, tapped, tries,
 * isDelayed, refused}.
 */
export class MarkQueue {
  #state;
  #entries;
  #isSending = false;
  #timer = null;
  #wait = 500;
  #lastTap = { event: null, at: 0 };
  onChange = () => {};
  /** Called with a sentence about what just happened. */
  onSaid = () => {};

  constructor(state) {
    this.#state = state;
    this.#entries = kept();
    addEventListener('storage', (change) => {
      if (!change.key?.startsWith(prefix)) return;
      this.#entries = kept();
      this.onChange();
    });
  }

  /** On their way. */
  get pending() { return this.#entries.filter((entry) => !entry.refused); }

  /** Not taken, with the reason. */
  get refused() { return this.#entries.filter((entry) => entry.refused); }

  /** Marks a landmark now, or so many of the roaster's seconds ago. */
  mark(event, secondsAgo = 0) {
    const tapped = Date.now();
    if (event === this.#lastTap.event && tapped - this.#lastTap.at < bounceMilliseconds) return;
    const now = this.#state.clock.now();
    if (now === null) {
      this.onSaid('Not marked: nothing was heard from the roaster yet.');
      return;
    }
    this.#lastTap = { event, at: tapped };
    const at = now - secondsAgo * 1000;
    const { reading } = this.#state;
    const isTimed = reading?.roast_id != null && reading.roast_seconds != null;
    this.#add({
      action: 'mark', event, tapped, at: new Date(at).toISOString(),
      roast: isTimed ? reading.roast_id : this.#state.roast?.id ?? 'current',
      roastSeconds: isTimed
        ? round(reading.roast_seconds + (at - Date.parse(reading.at)) / 1000) : null,
    });
    this.onSaid(`${landmarks[event].name} ${this.#state.connection === 'live'
      ? 'marked' : 'kept, will be sent'}`);
  }

  /** What the next undo takes back: the name of a landmark, or null. */
  get undoable() {
    const { pending } = this;
    const isUndone = (mark) => pending.some((entry) => entry.action === 'undo'
      && entry.event === mark.event && entry.tapped >= mark.tapped);
    const waiting = pending.filter((entry) => entry.action === 'mark' && !isUndone(entry));
    if (waiting.length) return waiting.at(-1).event;
    const marked = this.#state.events.filter((event) => event.source === 'marked'
      && event.change !== 'withdrawn' && !pending.some((entry) => entry.event === event.event)
      && this.#state.landmarks[event.event]?.source === 'marked');
    return marked.at(-1)?.event ?? null;
  }

  /** Takes back the last mark: out of the queue, or from the daemon if it may have it. */
  undo() {
    const event = this.undoable;
    if (!event) return;
    this.#lastTap = { event: null, at: 0 };
    const waiting = this.pending.filter((entry) => entry.action === 'mark' && entry.event === event);
    const unsent = waiting.filter((entry) => !entry.tries);
    for (const entry of unsent) this.#drop(entry);
    if (!waiting.length || unsent.length < waiting.length) {
      const roast = waiting.at(-1)?.roast ?? this.#state.roast?.id ?? 'current';
      this.#add({ action: 'undo', event, tapped: Date.now(), roast });
    }
    this.onSaid(`${landmarks[event].name} taken back`);
    this.onChange();
  }

  /** Puts a refused mark out of sight. */
  dismiss(key) {
    const entry = this.#entries.find((entry) => entry.key === key);
    if (entry) this.#drop(entry);
    this.onChange();
  }

  /** Sends what waits, in order; called when the daemon is there again. */
  async send() {
    clearTimeout(this.#timer);
    if (this.#isSending) return;
    this.#isSending = true;
    let entry;
    while ((entry = this.pending[0])) {
      const wait = await this.#try(entry);
      this.onChange();
      if (wait) {
        this.#timer = setTimeout(() => this.send(), wait);
        break;
      }
    }
    this.#isSending = false;
  }

  /** Sends one; answers how long to wait before it is tried again, or 0 when it is settled. */
  async #try(entry) {
    entry.tries += 1;
    this.#keep(entry);
    try {
      await (entry.action === 'mark' ? sendMark(entry) : sendUndo(entry));
      this.#drop(entry);
      this.#wait = 500;
      return 0;
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      if (problem.mayPass || problem.status === 401 || problem.code === 'csrf') {
        entry.isDelayed = true;
        this.#keep(entry);
        this.#wait = Math.min(this.#wait * 2, longestWait);
        return Math.max(this.#wait, (problem.retryAfter ?? 0) * 1000);
      }
      entry.refused = problem.words;
      this.#keep(entry);
      this.onSaid(`${landmarks[entry.event].name} not taken: ${problem.words}`);
      return 0;
    }
  }

  #add(entry) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    const key = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const whole = { key, tries: 0, isDelayed: false, refused: null, ...entry };
    this.#entries.push(whole);
    if (!this.#keep(whole)) {
      this.onSaid('This browser keeps nothing: do not close the page before the mark is sent.');
    }
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(40);
    this.onChange();
    this.send();
  }

  #keep(entry) { return remember(prefix + entry.key, JSON.stringify(entry)); }

  #drop(entry) {
    this.#entries = this.#entries.filter((other) => other.key !== entry.key);
    remember(prefix + entry.key, null);
  }
}

async function sendMark({ roast, event, key, at, roastSeconds }) {
  const when = roastSeconds === null ? { at } : { roast_seconds: roastSeconds };
  await ask('POST', `/v1/roasts/${roast}/events`, { event, key, ...when });
}

/** A mark that is not there needs no taking back. */
async function sendUndo({ roast, event }) {
  try {
    await ask('DELETE', `/v1/roasts/${roast}/events/${event}`);
  } catch (problem) {
    if (problem.code !== 'no_such_mark') throw problem;
  }
}

/** What an earlier page left in this browser's storage. */
function kept() {
  const entries = [];
  try {
    for (const name of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
      const entry = JSON.parse(remembered(name));
      if (entry?.key && landmarks[entry.event]) entries.push(entry);
    }
  } catch { /* A browser that keeps nothing has nothing. */ }
  return entries.sort((one, other) => one.tapped - other.tapped);
}

function round(seconds) { return Math.round(seconds * 1000) / 1000; }
