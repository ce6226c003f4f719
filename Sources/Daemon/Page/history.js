/** What was proposed and what became of it, with filters, a page at a time. */

import { ask, RequestProblem } from './connection.js';
import { actorWords, kinds, proposalWords, statuses, statusWords } from './commands.js';
import { say } from './live.js';
import { day } from './words.js';

const pageLength = 20;
const restMilliseconds = 1500;
const byID = (id) => document.getElementById(id);

/** The card of proposals. */
export class ProposalHistory {
  #form = byID('history-form');
  #rows = [];
  #asked = 0;
  #timer = null;

  constructor() {
    const { status, kind } = this.#form.elements;
    status.append(...Object.entries(statuses).map(([name, words]) => new Option(words, name)));
    kind.append(...Object.entries(kinds).map(([name, words]) => new Option(words, name)));
    this.#form.addEventListener('change', () => this.#load(null));
    this.#form.addEventListener('submit', (submission) => submission.preventDefault());
    byID('history-more').addEventListener('click', () => this.#load(this.#rows.at(-1)?.id ?? null));
  }

  /** Something was proposed, or has become something else; many such changes are one. */
  refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(null), restMilliseconds);
  }

  async #load(before) {
    clearTimeout(this.#timer);
    const asked = this.#asked += 1;
    const query = new URLSearchParams({ limit: pageLength });
    for (const name of ['status', 'actor', 'kind']) {
      const { value } = this.#form.elements[name];
      if (value) query.set(name, value);
    }
    if (before !== null) query.set('before', before);
    try {
      const { proposals } = await ask('GET', `/v1/proposals?${query}`);
      if (asked !== this.#asked) return;
      this.#rows = before === null ? proposals : [...this.#rows, ...proposals];
      byID('history-more').hidden = proposals.length < pageLength;
      say(byID('history-problem'), '');
      this.#show();
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      if (asked === this.#asked) say(byID('history-problem'), problem.words);
    }
  }

  #show() {
    byID('no-history').hidden = this.#rows.length > 0;
    byID('history-rows').replaceChildren(...this.#rows.map((proposal) => {
      const item = document.createElement('li');
      item.dataset.status = proposal.status ?? '';
      const part = (name, words) => {
        const node = document.createElement(name);
        node.textContent = words;
        return node;
      };
      const time = part('time', proposal.made ? day(proposal.made) : `${proposal.id}`);
      if (proposal.made) time.dateTime = proposal.made;
      const what = document.createElement('div');
      what.append(part('b', proposalWords(proposal)), ' ', part('span', proposal.reason));
      const rules = (proposal.verdict?.rules ?? []).map(({ text }) => text).join('; ');
      const isOver = proposal.status === 'rejected' && rules;
      item.append(time, what, part('small', [actorWords(proposal.actor), proposal.level,
        statusWords(proposal), isOver ? rules : null].filter(Boolean).join(' · ')));
      return item;
    }));
  }
}
