/** The start: stream -> state -> views; taps -> marks -> daemon. */

import { Alarms } from './alarms.js';
import { BatchCards } from './batch.js';
import { Connection, logIn, logOut, RequestProblem } from './connection.js';
import { Decisions, newsWords } from './decisions.js';
import { isOpen } from './governed.js';
import { ProposalHistory } from './history.js';
import { LevelPill } from './level.js';
import {
  announce, describeChart, say, showChart, showEvents, showHealth, showNumbers,
} from './live.js';
import { MarkPanel } from './panel.js';
import { MarkQueue } from './marks.js';
import { PastRoasts } from './past.js';
import { PilotStrip } from './pilot.js';
import { Presence } from './presence.js';
import { Sounds } from './sounds.js';
import { LiveState } from './state.js';
import { Steering } from './steer.js';
import { Stop } from './stop.js';
import { Targets } from './targets.js';
import { isAlarming, unit } from './words.js';

const byID = (id) => document.getElementById(id);
const state = new LiveState();
const connection = new Connection(state);
const queue = new MarkQueue(state);
const panel = new MarkPanel(state, queue);
const sounds = new Sounds();
const targets = new Targets();
const batches = new BatchCards();
const past = new PastRoasts();
const { governed } = state;
const stop = new Stop(state);
const level = new LevelPill(state);
const decisions = new Decisions(state);
const steering = new Steering(state);
const alarms = new Alarms(state, sounds);
const commandHistory = new ProposalHistory();
const pilot = new PilotStrip(state, sounds);
new Presence(state);
const drawn = { points: [] };

// Views: the numbers at most five times a second, the chart twice, and neither while nobody looks.

let mustShow = true;
let chartShownAt = 0;
let described = 0;
let shownEvents = null;
let above = null;

function show() {
  if (unit.follow(state.unit)) {
    showOtherUnit();
    return;
  }
  showHealth(state);
  showNumbers(state, targets.next(state));
  say(byID('drop-when'), targets.whenWords('drop', state));
  say(byID('ratio-when'), targets.whenWords('ratio', state));
  showHelm();
  panel.show();
  if (state.events !== shownEvents) {
    shownEvents = state.events;
    showEvents(state);
  }
  batches.showNext(state.batch);
  batches.allow(mayChange());
  showWho();
  fillScreen();
  const now = Date.now();
  if (now - chartShownAt < 480) return;
  chartShownAt = now;
  drawn.points = showChart(state);
  if (now - described > 5000) {
    described = now;
    describeChart(drawn.points);
  }
}

/** What may be decided, and by whom. */
function showHelm() {
  stop.show();
  level.show();
  steering.show();
  decisions.show();
  alarms.show();
  pilot.show();
}

/** The live part takes what the bar and the banners leave of the screen. */
function fillScreen() {
  const { offsetTop } = byID('live');
  if (offsetTop === above) return;
  above = offsetTop;
  document.documentElement.style.setProperty('--above', `${above}px`);
}

function mayChange() { return ['operator', 'owner'].includes(state.caller?.role); }

function showWho() {
  const isKnown = state.connection !== 'login';
  byID('login').hidden = isKnown;
  byID('main').hidden = !isKnown;
  say(byID('who'), state.caller && isKnown ? `${state.caller.name} · ${state.caller.role}` : '');
  byID('leave').hidden = !state.caller || !isKnown;
}

function redrawAll() {
  chartShownAt = 0;
  described = 0;
  shownEvents = null;
  show();
}

state.onChange = () => { mustShow = true; };
governed.onChange = () => { mustShow = true; };
setInterval(() => {
  // An age grows by itself, so what is not live is shown again too.
  if (document.hidden && !mustShow) return;
  mustShow = false;
  show();
}, 200);
new ResizeObserver(redrawAll).observe(document.querySelector('#live .plot'));

// Sounds

let lostSince = null;
let isLostTold = false;

setInterval(() => {
  const due = targets.due(state);
  if (due) sounds.tell(due);
  const isMeant = state.connection === 'connecting' || state.link?.state === 'released';
  const isLost = state.reading !== null && !state.isLive && !isMeant;
  lostSince = isLost ? lostSince ?? Date.now() : null;
  if (!isLost) isLostTold = false;
  if (isLost && !isLostTold && Date.now() - lostSince > 2500) {
    isLostTold = true;
    sounds.tell('lost');
  }
}, 250);

state.onNews = ({ kind, event, connection: now }) => {
  if (kind === 'connection' && now === 'lost') byID('announcer').textContent = 'Not live';
  if (kind !== 'event') return;
  announce(event);
  if (isAlarming(event)) sounds.tell('alarm');
  if (event.event === 'ready') sounds.tell('ready');
  if (['roast_began', 'cooling', 'dropped', 'off'].includes(event.event)) past.refresh();
};

governed.onNews = ({ kind, proposal, alarm }) => {
  mustShow = true;
  if (kind === 'alarm') byID('alarm-announcer').textContent = `${alarm.text} ${alarm.action}`;
  if (kind !== 'proposal') return;
  if (newsWords(proposal)) byID('announcer').textContent = newsWords(proposal);
  if (['recommended', 'pending_approval', 'awaiting_veto'].includes(proposal.status)) {
    sounds.tell('approval');
  }
  if (!isOpen(proposal)) commandHistory.refresh();
};

function showSound() {
  byID('sound').classList.toggle('on', sounds.isOn);
  say(byID('sound'), sounds.isOn ? 'Sound off' : 'Sound on');
}

sounds.onChange = showSound;
byID('sound').addEventListener('click', () => {
  sounds.switch();
  keepAwake();
});
byID('sound-tests').append(...sounds.list.map(([name, label]) => {
  const item = document.createElement('li');
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', textContent: label });
  button.addEventListener('click', () => sounds.test(name));
  item.append(button);
  return item;
}));

/** Keeps the screen on while someone listens, where the browser can. */
async function keepAwake() {
  if (!sounds.isOn || document.hidden) return;
  try { await navigator.wakeLock?.request('screen'); } catch { /* It may be low on power. */ }
}

// Targets: Celsius inside, the chosen unit in the fields.

const fields = byID('targets-form').elements;

function showTargets() {
  const { first_crack: crack, drop, ratio } = targets.values;
  const inUnit = (celsius) => (celsius == null ? '' : String(Number(unit.degrees(celsius).toFixed(1))));
  fields.first_crack.value = inUnit(crack);
  fields.drop.value = inUnit(drop);
  fields.ratio.value = ratio == null ? '' : String(Number((ratio * 100).toFixed(1)));
}

byID('targets-form').addEventListener('change', ({ target }) => {
  const number = target.value === '' ? null : Number(target.value);
  const value = number === null || Number.isNaN(number) ? null
    : target.name === 'ratio' ? number / 100 : unit.celsius(number);
  targets.set(target.name, value);
});
byID('targets-form').addEventListener('submit', (submission) => submission.preventDefault());

// The unit

function showUnit() {
  const [now, other] = unit.letter === 'C' ? ['Celsius', 'Fahrenheit'] : ['Fahrenheit', 'Celsius'];
  say(byID('unit'), `°${unit.letter}`);
  byID('unit').setAttribute('aria-label', `Temperatures in ${now}; change to ${other}`);
  showTargets();
}

byID('unit').addEventListener('click', () => {
  unit.switch();
  showOtherUnit();
});

function showOtherUnit() {
  showUnit();
  redrawAll();
  past.redraw();
}

// Who is there

byID('login-form').addEventListener('submit', async (submission) => {
  submission.preventDefault();
  const field = submission.target.elements.code;
  await enter(field.value.trim());
  field.value = '';
});
byID('leave').addEventListener('click', async () => {
  try { await logOut(); } catch (problem) { if (!(problem instanceof RequestProblem)) throw problem; }
  location.reload();
});

async function enter(code) {
  try {
    state.caller = await logIn(code);
    say(byID('login-problem'), '');
    connection.tryNow();
  } catch (problem) {
    if (!(problem instanceof RequestProblem)) throw problem;
    say(byID('login-problem'), problem.words);
  }
}

// Start

connection.onLive = () => {
  queue.send();
  past.refresh();
  governed.refresh();
  commandHistory.refresh();
};
past.onNewest = (roasts) => {
  batches.showPrevious(roasts);
  pilot.offer(roasts);
};
queue.onChange = () => panel.show();
queue.onSaid = (words) => panel.say(words);
addEventListener('online', () => connection.tryNow());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  if (state.connection === 'lost') connection.tryNow();
  keepAwake();
});
// A tap leaves no focus on a button, so that the space bar stays first crack.
document.addEventListener('click', (click) => {
  if (click.detail > 0) click.target.closest('button')?.blur();
});

/** What tests may read; nothing in the page reads it. */
window.roastPage = Object.freeze({
  /** The points that the chart was last drawn from, and the second each stands at. */
  get points() { return structuredClone(drawn.points); },
  get live() {
    const { connection, link, reading, roast, events, batch, caller, simulated } = state;
    return structuredClone({
      connection, link, reading, roast, events, batch, caller, simulated, isLive: state.isLive,
      age: state.age, speed: state.clock.speed, now: state.clock.now(),
    });
  },
  get governed() {
    const { standing, proposals, alarms: standingAlarms } = governed;
    return structuredClone({ standing, proposals, alarms: standingAlarms });
  },
  get pending() { return structuredClone(queue.pending); },
  get told() { return [...sounds.told]; },
  get refused() { return structuredClone(queue.refused); },
});

showUnit();
showSound();
const address = new URL(location.href);
const code = address.searchParams.get('code');
if (code) {
  history.replaceState(null, '', address.pathname + address.hash);
  await enter(code);
}
connection.run();
