/** The cards of the next batch and of the roast before it: beans, weights, notes. */

import { ask, RequestProblem } from './connection.js';
import { day, percent } from './words.js';

const byID = (id) => document.getElementById(id);

/** A form whose fields are filled by the daemon until someone types, and sent when saved. */
class Details {
  #form;
  #save;
  #isChanged = false;

  constructor(form, save) {
    this.#form = form;
    this.#save = save;
    form.addEventListener('input', () => {
      this.#isChanged = true;
      this.#said('');
    });
    form.addEventListener('submit', (submission) => {
      submission.preventDefault();
      this.#send();
    });
  }

  get #fields() { return [...this.#form.elements].filter((field) => field.name); }

  /** Shows what the daemon has, unless someone is typing. */
  fill(values) {
    if (this.#isChanged) return;
    for (const field of this.#fields) {
      const text = values?.[field.name] == null ? '' : String(values[field.name]);
      if (field.value !== text) field.value = text;
    }
  }

  /** Lets a person in, or not. */
  allow(isAllowed) { for (const field of this.#form.elements) field.disabled = !isAllowed; }

  /** Forgets what was typed and not saved, because it was about something else. */
  clear() {
    this.#isChanged = false;
    this.#said('');
  }

  async #send() {
    const values = Object.fromEntries(this.#fields.map((field) => [field.name, valueOf(field)]));
    this.#isChanged = false;
    this.#said('Saving …');
    try {
      const saved = await this.#save(values);
      this.fill(saved);
      this.#said('Saved');
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      this.#isChanged = true;
      this.#said(`Not saved: ${problem.words}`);
    }
  }

  #said(words) { this.#form.querySelector('.said').textContent = words; }
}

function valueOf(field) {
  const text = field.value.trim();
  if (text === '') return null;
  return field.type === 'number' ? Number(text) : text;
}

/** The two cards. */
export class BatchCards {
  #next;
  #previous;
  #previousID = null;

  constructor() {
    this.#next = new Details(byID('next-form'), (values) => ask('PUT', '/v1/batch', values));
    this.#previous = new Details(byID('previous-form'), async (values) => {
      const roast = await ask('PATCH', `/v1/roasts/${this.#previousID}`, values);
      this.#name(roast);
      return roast;
    });
  }

  /** The details of the next batch, as the daemon has them. */
  showNext(batch) { this.#next.fill(batch); }

  /** Whether the caller may change anything. */
  allow(isAllowed) {
    this.#next.allow(isAllowed);
    this.#previous.allow(isAllowed);
  }

  /** The newest roast that is over, out of a list with the newest first. */
  showPrevious(roasts) {
    const roast = roasts.find((roast) => roast.status !== 'roasting');
    byID('previous').hidden = !roast;
    if (!roast) return;
    if (roast.id !== this.#previousID) this.#previous.clear();
    this.#previousID = roast.id;
    this.#previous.fill(roast);
    this.#name(roast);
    const beans = new Set(roasts.map((roast) => roast.beans).filter(Boolean));
    byID('known-beans').replaceChildren(...[...beans].map((name) => new Option(name, name)));
  }

  #name(roast) {
    const loss = roast.weight_loss_ratio;
    byID('previous-name').textContent = [
      roast.title || roast.beans || `Roast ${roast.id}`, day(roast.began),
      loss == null ? null : `lost ${percent(loss)}`,
    ].filter(Boolean).join(' · ');
  }
}
