/** Numbers, names and events as a person reads them. */

const unitKey = 'roast.unit';

/** The unit of temperatures: chosen here before, else the daemon's, else the language's habit. */
export const unit = {
  letter: remembered(unitKey) ?? (/-(US|LR|KY|PW)$/i.test(navigator.language) ? 'F' : 'C'),
  isChosen: remembered(unitKey) !== null,
  /** Takes the daemon's, where it has one and nobody chose here; says whether that is another. */
  follow(letter) {
    if (this.isChosen || !letter || letter === this.letter) return false;
    this.letter = letter;
    return true;
  },
  switch() {
    this.isChosen = true;
    this.letter = this.letter === 'C' ? 'F' : 'C';
    remember(unitKey, this.letter);
  },
  degrees(celsius) { return this.letter === 'F' ? celsius * 1.8 + 32 : celsius; },
  difference(celsius) { return this.letter === 'F' ? celsius * 1.8 : celsius; },
  celsius(degrees) { return this.letter === 'F' ? (degrees - 32) / 1.8 : degrees; },
};

/** What was kept in this browser; null where it keeps nothing. */
export function remembered(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** Keeps a text in this browser, or forgets it; says whether it was kept. */
export function remember(key, text) {
  try {
    if (text === null) localStorage.removeItem(key); else localStorage.setItem(key, text);
    return true;
  } catch { return false; }
}

/** `212.4`; a dash where there is none. */
export function degrees(celsius, digits = 1) {
  return celsius == null ? '–' : signed(unit.degrees(celsius), digits);
}

/** `212°`, for labels. */
export function shortDegrees(celsius) { return celsius == null ? '' : `${degrees(celsius, 0)}°`; }

/** `+9.8` in degrees a minute. */
export function rate(celsiusPerMinute, digits = 1) {
  if (celsiusPerMinute == null) return '–';
  const text = signed(unit.difference(celsiusPerMinute), digits);
  return /^[\d.]*[1-9]/.test(text) ? `+${text}` : text;
}

/** A number with a minus, not a hyphen, and no minus before zero. */
export function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** `9:05`, or `1:09:05`. */
export function minutes(seconds) {
  if (seconds == null) return '–';
  const whole = Math.floor(Math.abs(seconds) + 1e-6);
  const two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${Math.floor(whole / 60) % 60}:${two(whole % 60)}`;
  return (seconds < 0 && whole > 0 ? '−' : '') + (hours ? `${hours}:${rest.padStart(5, '0')}` : rest);
}

/** `12.5 %`. */
export function percent(ratio, digits = 1) {
  return ratio == null ? '–' : `${signed(ratio * 100, digits)}\u00a0%`;
}

/** `400 g`. */
export function grams(weight) { return weight == null ? '–' : `${Number(weight.toFixed(1))}\u00a0g`; }

/** `21 Nov, 14:05`, where this browser is. */
export function day(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? '–' : at.toLocaleString(undefined, {
    day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false,
    ...(at.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' }),
  });
}

/** `turning_point` as words. */
export function spaced(name) { return String(name ?? '').split('_').join(' '); }

/** The first letter in capitals. */
export function capital(text) { return text.charAt(0).toUpperCase() + text.slice(1); }

/** The landmarks in the order of a roast, with their names and what a small chart calls them. */
export const landmarks = {
  charged: { name: 'Charge', short: 'C' },
  turning_point: { name: 'Turning point', short: 'TP' },
  yellowing: { name: 'Yellowing', short: 'Y' },
  first_crack: { name: 'First crack', short: 'FC' },
  first_crack_end: { name: 'First crack end', short: 'FCe' },
  second_crack: { name: 'Second crack', short: 'SC' },
  dropped: { name: 'Drop', short: 'Drop' },
};

/** A state of the roaster, for people. */
export function stateWords(state, code) {
  if (state == null) return '–';
  if (state === 'unknown') return `Unknown state ${code ?? ''}`.trim();
  return capital(spaced(state));
}

const told = {
  ready: () => 'Ready: load the beans',
  beans_not_charged: () =>
    'No beans fell into the drum: load them, or stop the roast at the panel',
  beans_still_in_drum: () => 'The beans are still in the drum: open the door',
  observing: (event) => `Watching; the roaster is in ${spaced(event.state)}`,
  roast_began: () => 'Roast began',
  unlisted_transition: (event) =>
    `From ${spaced(event.from_state)} to ${spaced(event.to_state)}, a change that is not known`,
  level_changed: (event) => `${capital(spaced(event.control))} ${event.from_level ?? '?'} to `
    + `${event.to_level ?? '?'}${changedBy(event)}`,
  anomaly: (event) => (anomalies[event.anomaly] ?? (() => capital(spaced(event.anomaly))))(event),
};

const anomalies = {
  clock_backwards: () => 'The roast clock went back: go by the panel',
  readings_frozen: () =>
    'Readings stand still with the heater on: look at the panel, and stop there if it shows the same',
  impossible_jump: (event) =>
    `${event.sensor === 'bean' ? 'BT' : 'IBTS'} jumped from ${degrees(event.from_celsius)} to `
    + `${degrees(event.to_celsius)}: check the probe’s plug`,
  probe_open: () => 'The bean probe is open or very cold (1024 on the panel): check its plug',
};

function changedBy(event) {
  if (event.doubled) return ', our step, taken twice';
  return { panel: ', at the panel', firmware: ', by the firmware', commanded: ', commanded' }[
    event.origin] ?? '';
}

/** What an event says, without its time. */
export function eventWords(event) {
  const landmark = landmarks[event.event];
  let words = landmark?.name ?? told[event.event]?.(event) ?? capital(spaced(event.event));
  if (event.change === 'withdrawn') words += ' taken back';
  if (event.change === 'revised') words += ' corrected';
  return words;
}

/** Whether an event should catch the eye and the ear. */
export function isAlarming(event) {
  return event.category === 'warning' || event.category === 'anomaly';
}
