/** One proposal as a card: what, who, why, what speaks against it, and the buttons that decide. */

import { ask, RequestProblem } from './connection.js';
import {
  actorWords, commandWords, kinds, personsWords, proposalWords, statusWords, whenWords,
} from './commands.js';
import { isOpen, isWaiting } from './governed.js';
import { say } from './live.js';
import { showRehearsal } from './rehearsal.js';
import { minutes, unit } from './words.js';

const settings = ['heater', 'fan', 'drum'];
/** What may be decided of a proposal in each state: [decision, words, class]. */
const decisions = {
  recommended: [['adopt', 'Adopt', 'primary'], ['reject', 'Reject', '']],
  pending_approval: [['approve', 'Approve', 'primary'], ['reject', 'Reject', '']],
  awaiting_veto: [['veto', 'Veto', 'danger'], ['approve', 'Approve now', '']],
  approved: [['abort', 'End this', '']],
  executing: [['abort', 'End this', '']],
};
const needsWords = ['approve', 'adopt'];

/** A card that stays the same element while the proposal changes, so that no button moves away. */
export class ProposalCard {
  element = document.getElementById('proposal-card').content.firstElementChild.cloneNode(true);
  #state;
  #mayAct;
  #proposal;
  #of = Object.fromEntries([...this.element.querySelectorAll('[data-of]')]
    .map((node) => [node.dataset.of, node]));
  #shown = {};
  /** The whole of the time that counts down, to draw how much is left of it. */
  #whole = 0;
  #isSending = false;

  /** `mayAct` says whether a tap counts: not while the cards have just moved under the finger. */
  constructor(state, mayAct) {
    this.#state = state;
    this.#mayAct = mayAct;
  }

  /** As which it is shown. */
  get status() { return this.#proposal?.status ?? null; }

  /** Shows how it stands now. */
  show(proposal) {
    const isOther = this.#proposal?.status !== proposal.status;
    this.#proposal = proposal;
    const { element } = this;
    element.dataset.status = proposal.status;
    element.classList.toggle('over', !isOpen(proposal));
    element.dataset.proposal = proposal.id;
    if (isOther) {
      this.#whole = this.#left ?? 0;
      say(this.#of.problem, '');
    }
    this.#showWhat();
    say(this.#of.who, `${actorWords(proposal.actor)} · ${proposal.level}`);
    say(this.#of.why, proposal.reason);
    say(this.#of.status, statusWords(proposal));
    this.#only('steps', proposal.steps, () => this.#showSteps());
    this.#only('verdict', [proposal.verdict, proposal.status], () => this.#showVerdict());
    this.#only('forecast', [proposal.forecast, unit.letter], () => {
      showRehearsal(this.#of.forecast, proposal.forecast);
    });
    const mayDecide = ['operator', 'owner'].includes(this.#state.caller?.role);
    this.#only('words', [proposal.words_needed, isWaiting(proposal), mayDecide], () => this.#showWords(mayDecide));
    this.#only('buttons', [proposal.status, mayDecide], () => this.#showButtons(mayDecide));
    this.#showLeft();
    this.#allow();
  }

  /** Shows a part anew when what it shows is another, and leaves it alone else. */
  #only(part, shown, show) {
    const text = JSON.stringify(shown ?? null);
    if (this.#shown[part] === text) return;
    this.#shown[part] = text;
    show();
  }

  /** `Heater 6 → 7`, from the level that is read now. */
  #showWhat() {
    const { command, steps } = this.#proposal;
    const first = command ?? steps?.[0];
    const isOne = (steps?.length ?? 1) === 1;
    const now = this.#state.reading?.[`${first?.kind}_level`];
    this.element.dataset.kind = first?.kind ?? '';
    if (isOne && settings.includes(first?.kind) && isOpen(this.#proposal)) {
      say(this.#of.what, `${kinds[first.kind]} ${now ?? '?'} → ${first.level ?? '?'}`);
    } else say(this.#of.what, isOne && first ? commandWords(first) : proposalWords(this.#proposal));
  }

  #showSteps() {
    const { steps } = this.#proposal;
    const isPlain = !steps || (steps.length === 1 && !steps[0].when);
    this.#of.steps.hidden = isPlain;
    this.#of.steps.replaceChildren(...(isPlain ? [] : steps).map((step) => {
      const item = document.createElement('li');
      item.textContent = `${commandWords(step)} ${whenWords(step.when)}`;
      return item;
    }));
  }

  #showVerdict() {
    const { verdict } = this.#proposal;
    const rules = verdict?.rules ?? [];
    this.#of.verdict.classList.toggle('allowed', !rules.length);
    this.#of.verdict.hidden = !rules.length && !isWaiting(this.#proposal);
    const items = rules.length ? rules.map(({ number, text }) => ({ number, text }))
      : [{ text: 'No rule speaks against it' }];
    this.#of.verdict.replaceChildren(...items.map(({ number, text }) => {
      const item = document.createElement('li');
      item.textContent = text;
      if (number) {
        const code = document.createElement('small');
        code.textContent = ` ${number}`;
        item.append(code);
      }
      return item;
    }));
  }

  /** A box to tick for each word that only a person at the roaster can say. */
  #showWords(mayDecide) {
    const words = mayDecide && isWaiting(this.#proposal) ? this.#proposal.words_needed ?? [] : [];
    this.#of.words.hidden = !words.length;
    this.#of.words.replaceChildren(...words.map((word) => {
      const label = document.createElement('label');
      const box = document.createElement('input');
      Object.assign(box, { type: 'checkbox', value: word });
      box.addEventListener('change', () => this.#allow());
      label.append(box, personsWords[word] ?? word);
      return label;
    }));
  }

  get #unsaid() { return [...this.#of.words.querySelectorAll('input')].some((box) => !box.checked); }

  #showButtons(mayDecide) {
    const choices = mayDecide ? decisions[this.#proposal.status] ?? [] : [];
    this.#of.buttons.hidden = !choices.length;
    this.#of.buttons.replaceChildren(...choices.map(([decision, words, name]) => {
      const button = document.createElement('button');
      Object.assign(button, { type: 'button', className: name, textContent: words });
      button.dataset.decision = decision;
      button.setAttribute('aria-describedby', `what-${this.#proposal.id}`);
      button.addEventListener('click', () => this.#decide(decision));
      return button;
    }));
    this.#of.what.id = `what-${this.#proposal.id}`;
  }

  #allow() {
    for (const button of this.#of.buttons.querySelectorAll('button')) {
      const needs = needsWords.includes(button.dataset.decision) && this.#unsaid;
      button.disabled = this.#isSending || needs;
      button.title = needs ? 'Tick the box first' : '';
    }
  }

  get #left() {
    const { status, veto_until_seconds: veto, expires_seconds: expires } = this.#proposal;
    if (status === 'awaiting_veto') return veto;
    return isWaiting(this.#proposal) ? expires : null;
  }

  /** The countdown: until it runs by itself, or is worth nothing any more. */
  #showLeft() {
    const left = this.#left;
    this.#of.left.hidden = left == null;
    if (left == null) return;
    this.#whole = Math.max(this.#whole, left);
    say(this.#of.seconds, minutes(Math.ceil(left)));
    say(this.#of.until, this.#proposal.status === 'awaiting_veto' ? 'until it runs' : 'to decide');
    this.#of.bar.value = this.#whole > 0 ? left / this.#whole : 0;
    this.#of.left.classList.toggle('urgent', left < 10);
  }

  async #decide(decision) {
    if (!this.#mayAct()) {
      say(this.#of.problem, 'The cards have just moved: look again, then tap.');
      return;
    }
    const body = needsWords.includes(decision)
      ? { words: [...this.#of.words.querySelectorAll('input:checked')].map((box) => box.value) } : {};
    this.#isSending = true;
    this.#allow();
    say(this.#of.problem, '');
    const { id } = this.#proposal;
    try {
      this.#state.governed.takeProposal(await ask('POST', `/v1/proposals/${id}/${decision}`, body));
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      const { said } = problem;
      if (said.proposal) this.#state.governed.takeProposal(said.proposal);
      say(this.#of.problem, problem.words);
    }
    this.#isSending = false;
    this.#allow();
  }
}
