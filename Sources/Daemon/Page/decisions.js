/** The cards of what waits for a person, of what runs, and of what has just ended. */

import { actorWords, proposalWords } from './commands.js';
import { isWaiting } from './governed.js';
import { say } from './live.js';
import { ProposalCard } from './proposal.js';

/** More than these are too many to look at; the rest comes up as they are decided. */
const mostCards = 3;
/** What lies elsewhere than half a second ago is not tapped by intention. */
const settledMilliseconds = 500;
const byID = (id) => document.getElementById(id);

/** Keeps one card for each proposal, in the order of their making. */
export class Decisions {
  #state;
  #cards = new Map();
  #movedAt = 0;

  constructor(state) { this.#state = state; }

  /** Shows what is open now. */
  show() {
    const { proposals } = this.#state.governed;
    // What has a card keeps it; new ones come last, so that nothing moves under a finger.
    const shown = proposals.filter(({ id }) => this.#cards.has(id));
    const next = proposals.filter((proposal) => !this.#cards.has(proposal.id) && isWorthACard(proposal));
    shown.push(...next.slice(0, Math.max(0, mostCards - shown.length)));
    const left = new Set(shown.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (left.has(id)) continue;
      card.element.remove();
      this.#cards.delete(id);
      this.#movedAt = Date.now();
    }
    for (const proposal of shown) {
      if (!this.#cards.has(proposal.id)) this.#add(proposal.id);
      const card = this.#cards.get(proposal.id);
      // With its status a card may take another place, or another height.
      if (card.status !== proposal.status) this.#movedAt = Date.now();
      card.show(proposal);
    }
    const more = proposals.filter(({ id }) => !left.has(id)).filter(isWaiting).length;
    say(byID('more-wait'), more ? `${more} more wait` : '');
    byID('more-wait').hidden = !more;
    byID('decisions').hidden = !shown.length;
  }

  #add(id) {
    const card = new ProposalCard(this.#state, () => Date.now() - this.#movedAt > settledMilliseconds);
    this.#cards.set(id, card);
    byID('proposals').append(card.element);
    this.#movedAt = Date.now();
  }
}

/** What was rejected or expired before anybody saw it has no card; the history has it. */
function isWorthACard({ status }) {
  return ['recommended', 'pending_approval', 'awaiting_veto', 'approved', 'executing'].includes(status);
}

/** What a screen reader says of a change; nothing for what is in passing. */
export function newsWords(proposal) {
  const what = proposalWords(proposal);
  switch (proposal.status) {
    case 'pending_approval': return `${actorWords(proposal.actor)} asks for approval: ${what}`;
    case 'recommended': return `${actorWords(proposal.actor)} recommends ${what}`;
    case 'awaiting_veto': return `${what} runs unless you veto it`;
    case 'completed': return `${what}: done`;
    case 'failed': return `${what}: failed`;
    default: return '';
  }
}
