/** What the page knows of commands: who may do what, what is proposed, what is the matter. */

import { ask, RequestProblem } from './connection.js';

const open = ['proposed', 'recommended', 'pending_approval', 'awaiting_veto', 'approved', 'executing'];
/** How long what has ended still stands beside what is open, in our milliseconds. */
const shownMilliseconds = 8000;
const longestWait = 5000;

/** Proposals, the standing of the governor, and alarms. Messages and answers in, `onChange` out. */
export class Governed {
  /** As of GET /v1/autonomy; null before it was heard. */
  standing = null;
  /** By number: {proposal, heard, began}, with our time of hearing it and of its last change. */
  #proposals = new Map();
  /** By number: {alarm, heard}. */
  #alarms = new Map();
  #standingHeard = -Infinity;
  #clock;
  #wait = 500;
  onChange = () => {};
  /** Called with {kind: 'proposal' | 'alarm' | 'abort', ...} when a person should look up. */
  onNews = () => {};

  constructor(clock) { this.#clock = clock; }

  /** Nothing ordinary is sent: a person's abort, or a trip that acts by itself. */
  get latch() {
    const abort = this.standing?.abort;
    if (!abort?.latched && !abort?.trips?.length) return null;
    return abort;
  }

  /** What is open or has just ended, the oldest first. */
  get proposals() {
    const now = Date.now();
    return [...this.#proposals.values()]
      .filter(({ proposal, began }) => isOpen(proposal) || now - began < shownMilliseconds)
      .sort((one, other) => one.proposal.id - other.proposal.id)
      .map(({ proposal, heard }) => ({ ...proposal, ...this.#counted(proposal, heard) }));
  }

  /** The alarms that stand or that nobody has acknowledged, the newest first. */
  get alarms() {
    return [...this.#alarms.values()].map(({ alarm }) => alarm)
      .sort((one, other) => other.id - one.id);
  }

  /** Who has the roaster in hand: the actor of what runs, else who may let something run. */
  get steering() {
    const running = this.proposals.find(({ status }) => status === 'executing');
    if (running) return running.actor.name;
    const { steering } = this.standing ?? {};
    return steering && steering !== 'nobody' ? steering : null;
  }

  /** Another run of the daemon: what was open there is not open here. */
  forget() {
    this.#proposals.clear();
    this.#alarms.clear();
  }

  /** Takes a proposal as it is now, of the stream or of an answer. */
  takeProposal(proposal) {
    const known = this.#proposals.get(proposal.id);
    if (known && !isOpen(known.proposal) && isOpen(proposal)) return;
    const isNews = known?.proposal.status !== proposal.status;
    const now = Date.now();
    this.#proposals.set(proposal.id, { proposal, heard: now, began: isNews ? now : known.began });
    if (!known && proposal.actor.kind === 'agent') this.#askWhoSteers();
    if (isNews) this.onNews({ kind: 'proposal', proposal, was: known?.proposal.status ?? null });
    for (const [id, entry] of this.#proposals) {
      if (!isOpen(entry.proposal) && now - entry.began > shownMilliseconds) this.#proposals.delete(id);
    }
    this.onChange();
  }

  takeStanding(standing) {
    if (!standing) return;
    this.standing = standing;
    this.#standingHeard = Date.now();
    this.onChange();
  }

  /** How the abort goes, of the stream or of an answer. */
  takeAbort(abort) {
    const was = this.latch;
    this.standing = { ...this.standing, abort: { ...this.standing?.abort, ...abort } };
    this.#standingHeard = Date.now();
    if (!was && this.latch) this.onNews({ kind: 'abort', abort: this.latch });
    this.onChange();
  }

  takeAlarm(alarm) {
    const isNew = !this.#alarms.has(alarm.id);
    if (alarm.ended && alarm.acknowledged_by) this.#alarms.delete(alarm.id);
    else this.#alarms.set(alarm.id, { alarm, heard: Date.now() });
    if (isNew && !alarm.acknowledged_by && !alarm.ended) this.onNews({ kind: 'alarm', alarm });
    this.onChange();
  }

  /** With its first wish a pilot begins to steer, and the stream does not say so. */
  async #askWhoSteers() {
    if (!['L4', 'L5'].includes(this.standing?.level)) return;
    try {
      this.takeStanding(await ask('GET', '/v1/autonomy'));
    } catch (problem) { if (!(problem instanceof RequestProblem)) throw problem; }
  }

  /** Asks for everything anew: the stream may have been away, and countdowns do not survive that. */
  async refresh() {
    const asked = Date.now();
    try {
      const [{ proposals }, { alarms }, standing] = await Promise.all([
        ask('GET', '/v1/proposals?status=open'), ask('GET', '/v1/alarms'), ask('GET', '/v1/autonomy'),
      ]);
      this.#wait = 500;
      // What the stream has told since the question is newer than the answer.
      const settle = (known, answered, isGone, take) => {
        const stand = new Set(answered.map(({ id }) => id));
        for (const [id, entry] of known) {
          if (!stand.has(id) && entry.heard < asked && isGone(entry)) known.delete(id);
        }
        for (const one of answered) if ((known.get(one.id)?.heard ?? 0) < asked) take(one);
      };
      settle(this.#proposals, proposals, ({ proposal }) => isOpen(proposal),
        (proposal) => this.takeProposal(proposal));
      settle(this.#alarms, alarms, () => true, (alarm) => this.takeAlarm(alarm));
      if (this.#standingHeard < asked) this.takeStanding(standing);
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      if (!problem.mayPass || problem.status === 0) return;
      setTimeout(() => this.refresh(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, longestWait);
    }
  }

  /** The roaster's seconds that are left, counted on since they were told. */
  #counted(proposal, heard) {
    const passed = (Date.now() - heard) / 1000 * this.#clock.speed;
    const left = (seconds) => (seconds == null ? null : Math.max(0, seconds - passed));
    return {
      expires_seconds: left(proposal.expires_seconds),
      veto_until_seconds: left(proposal.veto_until_seconds),
    };
  }
}

/** Whether something can still become of it. */
export function isOpen({ status }) { return open.includes(status); }

/** Whether it waits for a person's decision. */
export function isWaiting({ status }) {
  return ['recommended', 'pending_approval', 'awaiting_veto'].includes(status);
}
