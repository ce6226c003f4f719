/** The live part of the page: numbers, phases, chart, events, and how alive they are. */

import { draw, inWords } from './curve.js';
import {
  capital, degrees, eventWords, isAlarming, landmarks, minutes, percent, rate, shortDegrees, signed,
  stateWords, unit,
} from './words.js';

const leadSeconds = 60;
const tailSeconds = 120;
/** How much of what comes next has its place in the chart at least. */
const aheadSeconds = 120;
const idleSeconds = 600;
/** How long an alarm stands above the numbers, in our seconds. */
const alarmSeconds = 60;
const phases = ['drying', 'maillard', 'development'];
const byID = (id) => document.getElementById(id);

/** Shows words; touches nothing that says so already. */
export function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

// Numbers

/** The large numbers, levels and phases. */
export function showNumbers(state, next) {
  const { reading, roast } = state;
  document.body.classList.toggle('stale', !state.isLive);
  say(byID('bean'), degrees(reading?.bean_celsius));
  say(byID('ibts'), degrees(reading?.ibts_celsius));
  say(byID('rise'), rate(reading?.rate_of_rise_celsius_per_minute));
  for (const name of ['heater', 'fan', 'drum']) {
    say(byID(name), String(reading?.[`${name}_level`] ?? '–'));
  }
  const stateName = reading?.state ?? roast?.state ?? null;
  say(byID('state'), stateWords(stateName, reading?.state_code));
  byID('state').dataset.state = stateName ?? '';
  say(byID('clock'), clockWords(state));
  for (const node of document.querySelectorAll('[data-unit]')) {
    say(node, `°${unit.letter}${node.dataset.unit === 'rate' ? '/min' : ''}`);
  }
  document.title = state.isLive && reading?.bean_celsius != null
    ? `${shortDegrees(reading.bean_celsius)} ${clockWords(state)} · roast` : 'Not live · roast';
  showPhases(roast);
  say(byID('coming'), comingWords(state, next));
  showTrust(state);
}

/** The chart's key of the forecast, or why there is none. */
function showTrust({ isLive, roast, outlook, trustedOutlook }) {
  byID('ahead').hidden = !isLive || !roast?.is_roasting || !outlook;
  byID('ahead').classList.toggle('cannot', !trustedOutlook);
  say(byID('ahead'), trustedOutlook ? 'Forecast' : `No forecast: ${outlook?.trust_text ?? ''}`);
}

/** What the person will have to do, or is to listen for. */
function comingWords({ isLive, reading }, next) {
  if (isLive && reading.state === 'ready') return 'Load the beans';
  return next ? `${next.name === 'drop' ? 'Drop' : 'First crack'} in about ${minutes(next.seconds)}` : '';
}

/** The roast clock; while it is preheated, how far that goes. */
function clockWords({ roast, reading }) {
  if (roast?.ended && roast.phases?.total_seconds != null) return minutes(roast.phases.total_seconds);
  if (roast?.is_roasting) return minutes(reading?.roast_seconds ?? roast.seconds);
  const target = reading?.preheat_target_celsius;
  return target != null && ['preheating', 'stabilising', 'ready'].includes(reading.state)
    ? `→ ${shortDegrees(target)}` : '–';
}

function showPhases(roast) {
  const spans = roast?.phases ?? {};
  const running = roast?.is_roasting
    ? phases.findLast((name) => spans[`${name}_seconds`] != null) : null;
  for (const name of phases) {
    const item = document.querySelector(`.phases [data-phase="${name}"]`);
    const seconds = spans[`${name}_seconds`];
    say(item.querySelector('b'), minutes(seconds));
    const ratio = seconds != null && spans.total_seconds > 0 ? seconds / spans.total_seconds : null;
    say(item.querySelector('i'), ratio === null ? '' : percent(ratio));
    item.classList.toggle('now', name === running);
    if (name === running) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  }
}

// Health

/** How alive it is, in the bar and, when something is wrong, below it. */
export function showHealth(state) {
  const { pill, health, banner } = judged(state);
  say(byID('link'), pill);
  byID('link').dataset.health = health;
  say(byID('banner'), banner);
  byID('banner').hidden = !banner;
  const alarm = lastAlarm(state);
  say(byID('alarm'), alarm ? eventWords(alarm) : '');
  byID('alarm').hidden = !alarm;
  const { store } = state;
  const isDegraded = state.connection === 'live' && store?.state === 'degraded';
  say(byID('store'), isDegraded
    ? `The roast is shown, and not everything is being kept: ${storeProblem(store)}` : '');
  byID('store').hidden = !isDegraded;
  byID('simulated').hidden = !state.simulated;
  const { speed } = state.clock;
  say(byID('simulated'), speed === 1 ? 'Simulated' : `Simulated ×${Number(speed.toFixed(1))}`);
}

function judged(state) {
  const { connection, link } = state;
  const age = state.age === null ? null : Math.floor(state.age);
  const last = age === null ? '' : ` The last reading is ${ago(age)} old.`;
  if (connection === 'connecting') return { pill: 'Connecting', health: 'waiting', banner: '' };
  if (connection === 'login') return { pill: 'Not logged in', health: 'waiting', banner: '' };
  if (connection === 'lost') {
    const why = state.problem?.status ? state.problem.words : 'The daemon does not answer.';
    const marks = state.reading ? ' Marks are kept and sent later.' : '';
    return {
      pill: 'Not live', health: 'bad', banner: `Not live. ${why} Trying again by itself.${last}${marks}`,
    };
  }
  if (link && link.state !== 'up' && link.state !== 'stale') {
    const words = [link.message, link.hint].filter(Boolean).join(' ');
    return {
      pill: `Roaster ${link.state}`, health: link.state === 'connecting' ? 'waiting' : 'bad',
      banner: (words || `The roaster is not heard: ${link.state}.`) + last,
    };
  }
  if (!state.isLive) {
    return {
      pill: age === null ? 'No reading' : `Stale ${ago(age)}`, health: 'bad',
      banner: link?.state === 'stale' ? [link.message, link.hint].filter(Boolean).join(' ') : '',
    };
  }
  return { pill: `Live · ${signed(state.age, 1)} s`, health: 'good', banner: '' };
}

/** The newest warning or anomaly, for a minute; not what stands among the alarms anyway. */
function lastAlarm({ events, clock, governed }) {
  const event = events.findLast((event) => isAlarming(event)
    && !governed.alarms.some(({ code }) => code === event.event));
  const seconds = event ? (clock.now() - Date.parse(event.announced)) / 1000 / clock.speed : Infinity;
  return seconds < alarmSeconds ? event : null;
}

function ago(seconds) { return seconds < 100 ? `${seconds} s` : minutes(seconds); }

function storeProblem({ problem, lost_points: points, lost_events: events }) {
  const lost = points || events ? ` Lost so far: ${points ?? 0} readings, ${events ?? 0} events.` : '';
  const words = typeof problem === 'string' ? problem : problem?.message;
  return `${words ?? 'the disk does not take it'}.${lost}`.replace('..', '.');
}

// Chart

/** What the chart shows: the roast from a minute before it, or the last ten minutes. */
export function livePlot(state) {
  const { began, roast } = state;
  const last = state.points.at(-1)?.at ?? state.clock.now() ?? 0;
  const origin = began ?? last;
  const end = roast?.ended ? (Date.parse(roast.ended) - origin) / 1000 : null;
  const newest = (last - origin) / 1000;
  const from = began === null ? -idleSeconds : -leadSeconds;
  const outlook = state.trustedOutlook;
  const ahead = outlook ? aheadSeconds : 20;
  const reach = Math.max(600, Math.ceil((newest + ahead) / 60) * 60);
  const to = began === null ? 0 : end === null ? reach : Math.min(reach, Math.max(600, end + tailSeconds));
  const points = state.points.map((point) => ({ ...point, seconds: (point.at - origin) / 1000 }))
    .filter((point) => point.seconds >= from && point.seconds <= to);
  return {
    from, to, isGoingOn: state.isLive && newest <= to, outlook: pointsAhead(outlook, newest),
    curves: [{ points, begin: began === null ? null : 0, end }],
    phases: began === null ? [] : phasesOf(state.landmarks, end ?? newest),
    marks: began === null ? [] : marksOf(state.landmarks),
    minute: (seconds) => (began === null && seconds === 0 ? 'now' : signed(seconds / 60, 0)),
  };
}

/** The outlook as points from now on, with the half widths of its bands. */
function pointsAhead(outlook, now) {
  return (outlook?.seconds ?? []).map((seconds, index) => ({
    seconds, bean: outlook.bean_celsius[index], beanBand: outlook.bean_band_celsius[index],
    ibts: outlook.ibts_celsius[index], ibtsBand: outlook.ibts_band_celsius[index],
  })).filter((point) => point.seconds > now);
}

/** The parts of a roast between landmarks of the form {name: {seconds}}. */
export function phasesOf(found, end) {
  const yellowing = found.yellowing?.seconds;
  const crack = found.first_crack?.seconds;
  const parts = [];
  if (yellowing != null || crack == null) {
    parts.push({ name: 'drying', begin: 0, end: yellowing ?? end });
  }
  if (yellowing != null) parts.push({ name: 'maillard', begin: yellowing, end: crack ?? end });
  if (crack != null) parts.push({ name: 'development', begin: crack, end });
  return parts;
}

/** The standing landmarks as the chart labels them. */
export function marksOf(found) {
  return Object.entries(landmarks).filter(([key]) => found[key]?.seconds != null)
    .map(([key, { name, short }]) => ({
      name, short, seconds: found[key].seconds, bean: found[key].bean_celsius,
      figures: [minutes(found[key].seconds), shortDegrees(found[key].bean_celsius)].join(' '),
    })).sort((one, other) => one.seconds - other.seconds);
}

/** Draws it; answers the points that were drawn. */
export function showChart(state) {
  const plot = livePlot(state);
  draw(byID('chart'), plot);
  return plot.curves[0].points;
}

/** The chart in words, told anew now and then. */
export function describeChart(points) { byID('chart').setAttribute('aria-label', inWords(points)); }

// Events

/** The events of the batch, the newest on top. */
export function showEvents(state) {
  const events = state.events.slice().reverse();
  byID('no-events').hidden = events.length > 0;
  byID('events').replaceChildren(...events.map(eventItem));
}

function eventItem(event) {
  const item = document.createElement('li');
  item.className = isAlarming(event) ? 'alarm' : event.category;
  const time = document.createElement('time');
  time.dateTime = event.at;
  time.textContent = event.roast_seconds != null ? minutes(event.roast_seconds)
    : new Date(event.at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });
  const words = document.createElement('span');
  words.textContent = eventWords(event);
  const detail = document.createElement('small');
  detail.textContent = detailWords(event);
  item.append(time, words, detail);
  return item;
}

function detailWords(event) {
  const bean = event.category === 'landmark' ? shortDegrees(event.bean_celsius) : '';
  const source = event.source === 'marked' ? `marked${event.author ? ` by ${event.author}` : ''}`
    : event.source === 'estimated' ? 'estimated' : '';
  return [bean, source].filter(Boolean).join(' · ');
}

/** Says news to a screen reader: alarms at once, the rest when there is a pause. */
export function announce(event) {
  if (event.category === 'level') return;
  const at = event.roast_seconds != null ? ` at ${minutes(event.roast_seconds)}` : '';
  const region = isAlarming(event) ? 'alarm-announcer' : 'announcer';
  byID(region).textContent = capital(eventWords(event)) + at;
}
