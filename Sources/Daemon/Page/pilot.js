/** The pilot: who it is, what it says, and the card that starts one. */

import { ask, RequestProblem } from './connection.js';
import { say } from './live.js';
import { day, minutes } from './words.js';

const modes = { advise: 'advises', steer: 'steers' };
const states = { stopping: 'is being stopped', ended: 'has ended', lost: 'is not heard any more' };
/** How long what a pilot that has ended said last stays on top, in our milliseconds. */
const farewellMilliseconds = 60_000;
/** The daemon takes no more of a request. */
const mostBytes = 256 * 1024;
const byID = (id) => document.getElementById(id);

/** The strip above the numbers and the card below the chart. */
export class PilotStrip {
  #state;
  #sounds;
  #form = byID('pilot-form');
  /** The last word that was heard of; null before anything was. */
  #heard = null;
  #changedAt = 0;
  #pilot = null;

  constructor(state, sounds) {
    this.#state = state;
    this.#sounds = sounds;
    byID('pilot-stop').addEventListener('click', () => this.#ask('DELETE'));
    this.#form.addEventListener('submit', (submission) => {
      submission.preventDefault();
      this.#start();
    });
    this.#form.elements.file.addEventListener('change', () => this.#choose());
    byID('pilot-no-file').addEventListener('click', () => {
      this.#form.elements.file.value = '';
      this.#choose();
    });
  }

  /** A file goes before a roast. */
  #choose() {
    const { roast, file } = this.#form.elements;
    const isFile = file.files.length > 0;
    byID('pilot-no-file').hidden = !isFile;
    roast.disabled = isFile;
    byID('pilot-start').disabled = !isFile && roast.options.length === 0;
    say(byID('pilot-problem'), '');
  }

  async #start() {
    const { roast, file, mode } = this.#form.elements;
    const [chosen] = file.files;
    if (!chosen) return this.#ask('PUT', { roast: Number(roast.value), mode: mode.value });
    const { target, problem } = await targetIn(chosen);
    if (problem) return say(byID('pilot-problem'), `${chosen.name} ${problem}`);
    return this.#ask('PUT', { target, mode: mode.value });
  }

  /** Whether one is at work. */
  get #isFlying() { return ['flying', 'stopping'].includes(this.#pilot?.state); }

  show() {
    const { pilot, caller } = this.#state;
    if (pilot !== this.#pilot) {
      this.#pilot = pilot;
      this.#changedAt = Date.now();
      this.#hear();
    }
    const mayDecide = ['operator', 'owner'].includes(caller?.role);
    const isShown = Boolean(pilot)
      && (this.#isFlying || Date.now() - this.#changedAt < farewellMilliseconds);
    byID('pilot').hidden = !isShown;
    byID('pilot-card').hidden = !mayDecide;
    byID('pilot-stop').hidden = !mayDecide || pilot?.state !== 'flying';
    this.#form.hidden = this.#isFlying;
    if (!isShown) return;
    const doing = states[pilot.state] ?? modes[pilot.mode] ?? pilot.mode;
    say(byID('pilot-who'), `${pilot.name} ${doing} · ${pilot.target}`);
    const word = pilot.words.at(-1);
    byID('pilot').classList.toggle('urgent', Boolean(word?.urgent) && pilot.state === 'flying');
    const at = word?.roast_seconds != null ? `${minutes(word.roast_seconds)}  ` : '';
    say(byID('pilot-word'), word ? at + word.text : 'Nothing to say yet.');
  }

  /** Says aloud what is new; what it proposes has a card and a sound of its own. */
  #hear() {
    const word = this.#pilot?.words.at(-1);
    const known = this.#heard;
    this.#heard = `${this.#pilot?.since}/${word?.id ?? 0}`;
    if (!word || known === null || known === this.#heard || word.kind === 'propose') return;
    byID(word.urgent ? 'alarm-announcer' : 'announcer').textContent = word.text;
    this.#sounds.speak(word.text, word.urgent);
  }

  /** The roasts that can be followed, as the list of past ones shows them. */
  offer(roasts) {
    const { roast } = this.#form.elements;
    const chosen = roast.value;
    roast.replaceChildren(...roasts.filter((one) => one.duration_seconds > 180).map((one) => new Option(
      `${one.title ?? one.beans ?? `Roast ${one.id}`}, ${day(one.began)}`, one.id)));
    if (chosen) roast.value = chosen;
    byID('pilot-start').disabled = roast.options.length === 0 && this.#form.elements.file.files.length === 0;
  }

  /** What becomes of it the stream tells: an answer may come after later news. */
  async #ask(method, body) {
    try {
      await ask(method, '/v1/pilot', body);
      say(byID('pilot-problem'), '');
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      say(byID('pilot-problem'), problem.words);
    }
  }
}

/** What a file would have followed: {target}, which the daemon judges, or {problem}. A golden case has its own. */
async function targetIn(file) {
  if (file.size > mostBytes) return { problem: 'is too large for a target.' };
  let text;
  try { text = await file.text(); } catch { return { problem: 'cannot be read any more: choose it again.' }; }
  try {
    const json = JSON.parse(text);
    return { target: json?.target ?? json };
  } catch (problem) { return { problem: `is not JSON: ${problem.message}` }; }
}
