/** The mark buttons: taps and the space bar in, what became of each mark out. */

import { landmarks, minutes, shortDegrees } from './words.js';

const earlierSeconds = 5;
/** An armed "5 seconds ago" that nobody used is taken back. */
const armedMilliseconds = 20_000;
const saidMilliseconds = 10_000;
const struckMilliseconds = 600;
const byID = (id) => document.getElementById(id);

/** The panel of marks. */
export class MarkPanel {
  #state;
  #queue;
  #buttons = [...document.querySelectorAll('[data-mark]')];
  #isEarlier = false;
  #disarm = null;
  #silence = null;
  #shownQueue = '';

  constructor(state, queue) {
    this.#state = state;
    this.#queue = queue;
    for (const button of this.#buttons) {
      button.addEventListener('click', () => this.#mark(button.dataset.mark));
    }
    byID('undo').addEventListener('click', () => queue.undo());
    byID('earlier').addEventListener('click', () => this.#arm(!this.#isEarlier));
    addEventListener('keydown', (key) => {
      if (key.code !== 'Space' || key.repeat || key.ctrlKey || key.altKey || key.metaKey) return;
      if (isInUse(key.target)) return;
      key.preventDefault();
      this.#mark('first_crack');
    });
  }

  /** Tells the person, and a screen reader. */
  say(words) {
    byID('mark-said').textContent = words;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => { byID('mark-said').textContent = ''; }, saidMilliseconds);
  }

  #mark(event) {
    if (this.#reason) return;
    this.#queue.mark(event, this.#isEarlier ? earlierSeconds : 0);
    this.#arm(false);
    const button = this.#buttons.find((button) => button.dataset.mark === event);
    button.classList.remove('struck');
    void button.offsetWidth;
    button.classList.add('struck');
    setTimeout(() => button.classList.remove('struck'), struckMilliseconds);
  }

  #arm(isEarlier) {
    this.#isEarlier = isEarlier;
    clearTimeout(this.#disarm);
    if (isEarlier) this.#disarm = setTimeout(() => this.#arm(false), armedMilliseconds);
    byID('earlier').setAttribute('aria-pressed', String(isEarlier));
    byID('earlier').querySelector('span').textContent = isEarlier
      ? 'the next mark is 5 s earlier' : 'for the next mark';
  }

  /** Why nothing may be marked; null when it may. */
  get #reason() {
    const { caller, roast, reading } = this.#state;
    if (caller && !['operator', 'owner'].includes(caller.role)) {
      return `You are logged in as ${caller.role}, who may look and not mark. `
        + 'Ask for a code with “roast page”.';
    }
    if (!reading) return 'Marks can be made once a roast has begun.';
    if (!roast?.began) return 'Marks can be made once the roast has begun.';
    return null;
  }

  /** Shows how each mark stands. */
  show() {
    const reason = this.#reason;
    byID('mark-reason').textContent = reason ?? '';
    byID('mark-reason').hidden = !reason;
    const pending = this.#queue.pending.filter((entry) => entry.action === 'mark');
    for (const button of this.#buttons) {
      const event = button.dataset.mark;
      const waits = pending.findLast((entry) => entry.event === event);
      const found = this.#state.landmarks[event];
      button.disabled = Boolean(reason);
      button.dataset.found = waits ? 'waiting' : found?.source ?? '';
      setWords(button, waits ? waitingWords(waits) : foundWords(found) ?? hints[event] ?? '');
    }
    const { undoable } = this.#queue;
    byID('undo').disabled = !undoable || Boolean(reason);
    setWords(byID('undo'), undoable ? landmarks[undoable].name : 'no mark yet');
    byID('earlier').disabled = Boolean(reason);
    this.#showQueue();
  }

  /** What waits, and what was refused with its reason. */
  #showQueue() {
    const { pending, refused } = this.#queue;
    const slow = pending.filter((entry) => entry.isDelayed || this.#state.connection !== 'live');
    const shown = JSON.stringify([slow.map(({ key }) => key), refused.map(({ key }) => key)]);
    if (shown === this.#shownQueue) return;
    this.#shownQueue = shown;
    byID('mark-queue').replaceChildren(
      ...slow.map((entry) => queueItem(entry, 'kept, will be sent')),
      ...refused.map((entry) => {
        const item = queueItem(entry, `not taken: ${entry.refused}`);
        item.className = 'refused';
        const button = document.createElement('button');
        Object.assign(button, { type: 'button', textContent: 'Dismiss' });
        button.addEventListener('click', () => this.#queue.dismiss(entry.key));
        item.append(button);
        return item;
      }));
  }
}

const hints = {
  yellowing: 'colour change',
  first_crack: matchMedia('(hover: none)').matches ? '' : 'space bar',
};

function setWords(button, words) {
  const node = button.querySelector('span');
  if (node.textContent !== words) node.textContent = words;
}

function waitingWords({ roastSeconds, isDelayed }) {
  const time = roastSeconds === null ? '' : `${minutes(roastSeconds)} · `;
  return time + (isDelayed ? 'kept, will be sent' : 'sending');
}

function foundWords(found) {
  if (!found) return null;
  return [
    minutes(found.seconds), shortDegrees(found.bean_celsius),
    found.source === 'marked' ? 'marked' : 'estimated',
  ].filter(Boolean).join(' · ');
}

function queueItem(entry, words) {
  const item = document.createElement('li');
  const text = document.createElement('span');
  const time = entry.roastSeconds == null ? '' : ` at ${minutes(entry.roastSeconds)}`;
  const what = entry.action === 'undo' ? `Undo ${landmarks[entry.event].name}`
    : landmarks[entry.event].name + time;
  text.textContent = `${what}: ${words}`;
  item.append(text);
  return item;
}

/** Whether the space bar means something where the focus is. */
function isInUse(target) {
  if (target.matches?.('input, textarea, select, [contenteditable]')) return true;
  return Boolean(target.matches?.('button, a, summary') && target.matches(':focus-visible'));
}
