/** How near past roasts came to a golden case: the choice of the case, and a table a roast. */

import { ask, RequestProblem } from './connection.js';
import { capital, degrees, minutes, percent, signed, spaced, unit } from './words.js';

/** So many cases are looked through without searching. */
const fewCases = 8;
const byID = (id) => document.getElementById(id);

/** The end of a measure's name: [what people call it, how its value is told, how its tolerance]. */
const scales = {
  _bean_celsius: [' BT', (value) => degrees(value), difference],
  _error_celsius: [' off', difference, difference],
  _celsius_per_minute: ['', (value) => `${difference(value)}/min`, difference],
  _seconds: [' at', minutes, minutes],
  _ratio: ['', (value) => percent(value), (value) => percent(value)],
};

/** The section under the comparison of past roasts. */
export class Verdicts {
  #form = byID('verdict-form');
  #cases = [];
  /** By the id of the roast: what the daemon said, or why it said nothing. */
  #verdicts = new Map();
  #asked = 0;
  /** The list of cases on its way or here; null where it has to be asked for. */
  #listed = null;
  /** Called when another case is chosen. */
  onChange = () => {};

  constructor() {
    this.#form.addEventListener('submit', (submission) => submission.preventDefault());
    this.#form.elements.q.addEventListener('input', () => this.#offer());
    this.#form.elements.case.addEventListener('change', () => this.onChange());
  }

  get #name() { return this.#form.elements.case.value; }

  get #judged() { return [...this.#verdicts.values()].find(({ target }) => target); }

  /** The course of BT that the case of the verdicts wants, as points of the chart; empty where it wants none. */
  get course() {
    return (this.#judged?.target.course ?? []).map(({ seconds, bean_celsius: bean }) => ({ seconds, bean }));
  }

  /** What the course is called; null where there is none. */
  get courseName() { return this.course.length ? `Course of ${this.#judged.case}` : null; }

  /** Asks for the verdicts of these roasts by the chosen case; which cases there are, once a page. */
  async judge(ids) {
    const asked = this.#asked += 1;
    this.#listed ??= this.#list();
    await this.#listed;
    const name = this.#name;
    const found = name ? await Promise.all(ids.map((id) => verdictOf(id, name))) : [];
    if (asked === this.#asked) this.#verdicts = new Map(found);
  }

  /** Which cases there are. Without them nothing is judged, and the next roast that is chosen asks again. */
  async #list() {
    try {
      const { cases } = await ask('GET', '/v1/cases');
      // What should be refused, or goes wrong in a case, is no roast to come near to.
      this.#cases = cases.filter((one) => one.expectation === 'succeed' && one.faults === 0);
      this.#form.hidden = this.#cases.length === 0;
      this.#form.elements.q.hidden = this.#cases.length <= fewCases;
      this.#offer();
    } catch (problem) {
      this.#listed = null;
      if (!(problem instanceof RequestProblem)) throw problem;
    }
  }

  /** The cases that the search leaves; the chosen one stays among them. */
  #offer() {
    const { q, case: choice } = this.#form.elements;
    const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = choice.value;
    const left = this.#cases.filter(({ name, title, tags }) => name === chosen
      || words.every((word) => [name, title, ...tags].join(' ').toLowerCase().includes(word)));
    choice.replaceChildren(new Option('none', ''), ...left.map(({ name, title }) =>
      new Option(title === name ? name : `${name}: ${title}`, name)));
    choice.value = left.some(({ name }) => name === chosen) ? chosen : '';
  }

  /** Shows what was said of these roasts, [id, name] each. */
  show(roasts) {
    byID('verdicts').replaceChildren(...roasts.flatMap(([id, name]) => {
      const verdict = this.#verdicts.get(id);
      if (!verdict) return [];
      const head = document.createElement('h3');
      head.textContent = verdict.problem ? `${name}: ${verdict.problem}`
        : `${name}: ${verdict.passed ? '' : 'not '}as ${verdict.case} wants it`;
      return verdict.problem ? [head] : [head, tableOf(verdict), flawsOf(verdict)];
    }));
  }
}

async function verdictOf(id, name) {
  try {
    return [id, await ask('GET', `/v1/roasts/${id}/verdict?${new URLSearchParams({ case: name })}`)];
  } catch (problem) {
    if (!(problem instanceof RequestProblem)) throw problem;
    return [id, { problem: problem.words }];
  }
}

function difference(celsius) { return signed(unit.difference(celsius), 1); }

/** [what a measure is called, how its value is told, how its tolerance]. */
function scaleOf({ name }) {
  const end = Object.keys(scales).find((ending) => name.endsWith(ending));
  if (!end) return [capital(spaced(name)), String, String];
  const [more, value, tolerance] = scales[end];
  return [capital(spaced(name.slice(0, -end.length))) + more, value, tolerance];
}

function wantedWords({ kind, wanted, tolerance }, value, width) {
  return {
    near: `${value(wanted)} ±\u00a0${width(tolerance)}`, at_most: `≤\u00a0${value(wanted)}`,
    at_least: `≥\u00a0${value(wanted)}`,
  }[kind] ?? value(wanted);
}

function tableOf({ measures }) {
  const table = document.createElement('table');
  table.className = 'measures';
  const head = table.createTHead().insertRow();
  for (const words of ['', 'Measure', 'Wanted', 'Got', 'Margin']) {
    const cell = document.createElement(words ? 'th' : 'td');
    if (words) cell.scope = 'col';
    cell.textContent = words;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const measure of measures) {
    const [name, value, width] = scaleOf(measure);
    const row = body.insertRow();
    row.dataset.met = measure.met;
    const words = [
      measure.met ? 'ok' : 'missed', name, wantedWords(measure, value, width),
      measure.got === null ? '–' : value(measure.got),
      measure.margin === null ? '–' : signed(measure.margin, 2),
    ];
    for (const text of words) row.insertCell().textContent = text;
  }
  return table;
}

function flawsOf({ flaws }) {
  const list = document.createElement('ul');
  list.append(...flaws.map(({ code, text }) => {
    const item = document.createElement('li');
    item.dataset.severity = 'warning';
    item.textContent = `${capital(spaced(code))}: ${text}`;
    return item;
  }));
  return list;
}
