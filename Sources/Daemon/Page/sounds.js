/** Sounds that tell apart, across a noisy room, what is about to happen. */

/** Notes are [Hz, seconds, pause after]; a wave that is square carries farther than a sine. */
const tunes = {
  ready: { label: 'Ready to charge', wave: 'triangle',
    notes: [[523, 0.16, 0.03], [659, 0.16, 0.03], [784, 0.16, 0.03], [1047, 0.4, 0]] },
  first_crack: { label: 'First crack is near', wave: 'triangle',
    notes: [[1319, 0.07, 0.06], [1319, 0.07, 0.06], [1319, 0.07, 0.3], [1319, 0.07, 0.06],
      [1319, 0.07, 0.06], [1319, 0.07, 0]] },
  drop: { label: 'Drop is near', wave: 'triangle',
    notes: [[988, 0.3, 0.04], [784, 0.3, 0.04], [587, 0.3, 0.04], [392, 0.6, 0]] },
  lost: { label: 'Connection lost', wave: 'sawtooth',
    notes: [[220, 0.5, 0.12], [165, 0.8, 0]] },
  approval: { label: 'An approval is asked for', wave: 'sine',
    notes: [[698, 0.25, 0.02], [880, 0.45, 0.3], [698, 0.25, 0.02], [880, 0.45, 0]] },
  pilot: { label: 'The pilot speaks', wave: 'sine', notes: [[784, 0.18, 0.03], [988, 0.3, 0]] },
  alarm: { label: 'Alarm', wave: 'square',
    notes: [[932, 0.15, 0], [622, 0.15, 0], [932, 0.15, 0], [622, 0.15, 0], [932, 0.15, 0],
      [622, 0.15, 0], [932, 0.15, 0], [622, 0.3, 0]] },
};

const loudness = { triangle: 0.7, sine: 0.7, sawtooth: 0.35, square: 0.3 };

/** Plays tunes once someone has switched them on; browsers ask for that tap. */
export class Sounds {
  #context = null;
  #freeAt = 0;
  isOn = false;
  /** The last that were told, for those who test. */
  told = [];
  onChange = () => {};

  /** What there is to hear: [name, label]. */
  get list() { return Object.entries(tunes).map(([name, tune]) => [name, tune.label]); }

  /** On or off; call it from a tap. */
  async switch() {
    this.isOn = !this.isOn;
    this.onChange();
    if (this.isOn) await this.#play('ready');
  }

  /** Words in a voice, where the browser has one; else the tune for what is asked for. */
  async speak(words, isUrgent) {
    if (!this.isOn) return;
    this.told = [...this.told, 'pilot'].slice(-20);
    await this.#play(isUrgent ? 'drop' : 'pilot');
    if (!window.speechSynthesis) return;
    const spoken = new SpeechSynthesisUtterance(words);
    spoken.lang = 'en';
    if (isUrgent) speechSynthesis.cancel();
    speechSynthesis.speak(spoken);
  }

  /** A tap to hear one, also while they are off. */
  async test(name) { await this.#play(name); }

  /** Something happened. */
  async tell(name) {
    if (!this.isOn) return;
    this.told = [...this.told, name].slice(-20);
    await this.#play(name);
  }

  async #play(name) {
    this.#context ??= new AudioContext();
    if (this.#context.state !== 'running') await this.#context.resume();
    const { wave, notes } = tunes[name];
    let at = Math.max(this.#context.currentTime + 0.03, this.#freeAt);
    if (at - this.#context.currentTime > 5) return;
    for (const [hertz, seconds, pause] of notes) {
      this.#note(wave, hertz, at, seconds);
      at += seconds + pause;
    }
    this.#freeAt = at + 0.4;
  }

  /** One note, with soft ends so that it does not click. */
  #note(type, hertz, at, seconds) {
    const oscillator = new OscillatorNode(this.#context, { type, frequency: hertz });
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness[type], at + 0.012);
    gain.gain.setValueAtTime(loudness[type], at + Math.max(0.012, seconds - 0.04));
    gain.gain.linearRampToValueAtTime(0, at + seconds);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(at);
    oscillator.stop(at + seconds + 0.01);
  }
}
