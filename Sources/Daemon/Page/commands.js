/** Commands, levels and what became of proposals, as a person reads them. */

import { capital, degrees, minutes, spaced, unit } from './words.js';

/** The levels of autonomy: what each is called, and what an agent's proposal needs there. */
export const levels = {
  L1: { name: 'Assist', rule: 'you at the panel', words: 'nothing is sent but STOP.' },
  L2: { name: 'Recommend', rule: 'you adopt', words: 'a pilot recommends; you adopt.' },
  L3: { name: 'Approve', rule: 'you approve', words: 'a pilot proposes; each waits for you.' },
  L4: { name: 'Veto', rule: 'you may veto', words: 'what a pilot wants runs unless you veto within 20 s.' },
  L5: { name: 'Audit', rule: 'runs at once', words: 'what a pilot wants runs at once; you can stop it.' },
};

const presses = {
  begin_preheat: 'Preheat', begin_roast: 'Begin the roast', begin_cooling: 'End the roast: cool',
  shut_down: 'Shut down',
};

/** What a person says by ticking it. */
export const personsWords = {
  beans_are_in: 'The beans are in', door_is_open: 'The door is open',
};

/** The kinds of commands with their names, for a choice. */
export const kinds = {
  heater: 'Heater', fan: 'Fan', drum: 'Drum', ...presses,
};

/** `Heater 7`, or what a press does. */
export function commandWords({ kind, level }) {
  return presses[kind] ?? `${capital(kind)} ${level ?? '?'}`;
}

/** When a step of a sequence is due: `at BT 180.0°`. */
export function whenWords(when) {
  if (!when) return 'at once';
  if (when.after_seconds != null) return `${minutes(when.after_seconds)} after that`;
  if (when.roast_seconds != null) return `at ${minutes(when.roast_seconds)} of the roast`;
  if (when.bean_celsius != null) return `at BT ${degrees(when.bean_celsius, 0)} °${unit.letter}`;
  return `at IBTS ${degrees(when.ibts_celsius, 0)} °${unit.letter}`;
}

/** The whole proposal on one line. */
export function proposalWords({ command, steps }) {
  const first = steps?.[0] ?? command;
  if (!first) return 'Nothing';
  const more = (steps?.length ?? 1) - 1;
  return commandWords(first) + (more > 0 ? ` and ${more} more` : '');
}

/** `pilot`, or `you` where a person asks for what this page's person confirms. */
export function actorWords({ kind, name }) {
  return kind === 'agent' ? name : `${name} (${kind})`;
}

const states = {
  proposed: 'Being judged', recommended: 'Recommended', pending_approval: 'Waits for you',
  awaiting_veto: 'Runs unless vetoed', approved: 'Approved', executing: 'Runs',
  completed: 'Done', rejected: 'Rejected', vetoed: 'Vetoed', expired: 'Expired', failed: 'Failed',
  aborted: 'Stopped', superseded: 'Overtaken',
};

const outcomes = {
  confirmed: 'the roaster shows it', partly: 'only in part', lost: 'no step had an effect',
  overtaken: 'somebody did something else at the roaster', timed_out: 'not seen in time',
  refused: 'a rule spoke against it',
};

/** The states by name, for a choice. */
export const statuses = states;

/** How it stands, with what the roaster showed of it. */
export function statusWords({ status, outcome, readback, end }) {
  const words = [states[status] ?? capital(spaced(status))];
  if (outcome && outcome !== status) words.push(outcomes[outcome] ?? spaced(outcome));
  else if (end && end !== status) words.push(end);
  const shown = readbackWords(readback);
  if (shown) words.push(shown);
  return words.join(' · ');
}

/** `6 → 7` as it was read back. */
function readbackWords(readback) {
  if (readback?.from == null || readback.to == null) return '';
  const words = (value) => (typeof value === 'string' ? spaced(value) : value);
  const lost = readback.steps_lost ? `, ${readback.steps_lost} lost` : '';
  return `${words(readback.from)} → ${words(readback.to)}${lost}`;
}
