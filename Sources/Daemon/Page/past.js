/** Past roasts: the list, any two over each other, their figures, their files. */

import { ask, RequestProblem } from './connection.js';
import { draw, inWords } from './curve.js';
import { marksOf, phasesOf } from './live.js';
import { Verdicts } from './verdict.js';
import { day, degrees, grams, minutes, percent, rate, shortDegrees, signed, unit } from './words.js';

const pageSize = 20;
const leadSeconds = 60;
const tailSeconds = 120;
const byID = (id) => document.getElementById(id);

/** The section of past roasts. */
export class PastRoasts {
  #roasts = [];
  #nextBefore = null;
  #query = '';
  /** Ids, in the order in which they were chosen; two at most. */
  #chosen = [];
  /** Whole roasts by id. */
  #whole = new Map();
  #verdicts = new Verdicts();
  /** Called with the newest roasts whenever they were asked for. */
  onNewest = () => {};

  constructor() {
    byID('more').addEventListener('click', () => this.#guarded(() => this.#list(this.#nextBefore)));
    const search = byID('past-search');
    search.addEventListener('submit', (submission) => submission.preventDefault());
    let timer;
    search.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        this.#query = search.elements.q.value.trim();
        this.refresh();
      }, 300);
    });
    new ResizeObserver(() => this.#drawComparison()).observe(byID('comparison'));
    this.#verdicts.onChange = () => this.#guarded(async () => {
      await this.#verdicts.judge(this.#chosen);
      this.#showComparison();
    });
  }

  /** Asks for the newest again. */
  refresh() { return this.#guarded(() => this.#list(null)); }

  /** Draws what is there again, in another unit. */
  redraw() {
    this.#showList();
    this.#guarded(() => this.#fetch());
  }

  async #guarded(body) {
    try {
      await body();
      byID('past-problem').textContent = '';
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      byID('past-problem').textContent = problem.words;
    }
  }

  async #list(before) {
    const query = new URLSearchParams({ limit: pageSize });
    if (before !== null) query.set('before', before);
    const asked = this.#query;
    if (asked) query.set('q', asked);
    const page = await ask('GET', `/v1/roasts?${query}`);
    if (asked !== this.#query) return;
    this.#roasts = before === null ? page.roasts : [...this.#roasts, ...page.roasts];
    this.#nextBefore = page.next_before ?? null;
    byID('more').hidden = this.#nextBefore === null;
    if (before === null && !asked) this.onNewest(page.roasts);
    this.#showList();
  }

  // The list

  #showList() {
    const focused = document.activeElement?.dataset?.roast;
    byID('roasts').replaceChildren(...this.#roasts.map((roast) => this.#row(roast)));
    byID('past-hint').textContent = this.#roasts.length
      ? 'Choose one to see it, two to lay one over the other.'
      : this.#query ? 'No roast has these words.' : 'No roast yet. The first one will be kept here.';
    if (focused) byID('roasts').querySelector(`[data-roast="${focused}"]`)?.focus();
  }

  #row(roast) {
    const row = document.createElement('tr');
    const choice = document.createElement('input');
    Object.assign(choice, { type: 'checkbox', checked: this.#chosen.includes(roast.id) });
    choice.dataset.roast = roast.id;
    choice.setAttribute('aria-label', `Choose ${nameOf(roast)}, ${day(roast.began)}`);
    choice.addEventListener('change', () => this.#guarded(() => this.#choose(roast.id, choice.checked)));
    const label = document.createElement('label');
    label.className = 'choice';
    label.append(choice);
    const what = document.createElement('span');
    what.textContent = nameOf(roast);
    const about = document.createElement('small');
    about.textContent = [
      roast.title ? roast.beans : null, roast.grams_in == null ? null : grams(roast.grams_in),
      roast.simulated ? 'simulated' : null, roast.status === 'ended' ? null : roast.status,
    ].filter(Boolean).join(' · ');
    const when = document.createElement('small');
    when.className = 'when';
    when.textContent = day(roast.began);
    what.append(when, about);
    row.classList.toggle('chosen', choice.checked);
    const cells = [
      label, day(roast.began), what, minutes(roast.duration_seconds),
      minutes(roast.first_crack_seconds), percent(roast.development_ratio),
      shortDegrees(roast.drop_bean_celsius) || '–', percent(roast.weight_loss_ratio),
    ];
    row.append(...cells.map((content) => {
      const cell = document.createElement('td');
      cell.append(content);
      return cell;
    }));
    return row;
  }

  // Two over each other

  async #choose(id, isChosen) {
    const others = this.#chosen.filter((other) => other !== id);
    this.#chosen = isChosen ? [...others, id].slice(-2) : others;
    this.#showList();
    await this.#fetch();
  }

  async #fetch() {
    const query = new URLSearchParams({ unit: unit.letter });
    for (const wanted of this.#chosen) {
      this.#whole.set(wanted, await ask('GET', `/v1/roasts/${wanted}?${query}`));
    }
    this.#showComparison();
    if (!this.#chosen.length) return;
    await this.#verdicts.judge(this.#chosen);
    this.#showComparison();
  }

  get #shown() { return this.#chosen.map((id) => this.#whole.get(id)).filter(Boolean); }

  #showComparison() {
    const roasts = this.#shown;
    byID('comparison').hidden = roasts.length === 0;
    if (!roasts.length) return;
    byID('comparison-legend').replaceChildren(...roasts.map((roast, index) => {
      const key = document.createElement('span');
      key.className = `key ${index ? 'other' : 'bean'}`;
      key.textContent = `${nameOf(roast)}, ${day(roast.began)}`;
      return key;
    }));
    const { courseName } = this.#verdicts;
    if (courseName) {
      const key = document.createElement('span');
      key.className = 'key course';
      key.textContent = courseName;
      byID('comparison-legend').append(key);
    }
    this.#showFigures(roasts);
    this.#verdicts.show(roasts.map((roast) => [roast.id, nameOf(roast)]));
    showFindings(roasts);
    showExports(roasts);
    this.#drawComparison();
  }

  #drawComparison() {
    const roasts = this.#shown;
    if (!roasts.length) return;
    const curves = roasts.map(({ curve }) => ({
      points: pointsOf(curve), begin: 0, end: curve.ended_seconds,
    }));
    const ends = curves.map(({ points, end }) => end ?? points.at(-1)?.seconds ?? 0);
    const [{ curve }] = roasts;
    const found = Object.fromEntries((curve.events ?? []).map((event) => [event.event, event]));
    const svg = byID('comparison-chart');
    draw(svg, {
      from: -leadSeconds, to: Math.max(...ends) + tailSeconds, curves, isGoingOn: false,
      phases: phasesOf(found, ends[0]), marks: marksOf(found), course: this.#verdicts.course,
      minute: (seconds) => signed(seconds / 60, 0),
    });
    svg.setAttribute('aria-label', roasts.map((roast, index) =>
      `${nameOf(roast)}. ${inWords(curves[index].points)}`).join(' ') + ' The table has the figures.');
  }

  #showFigures(roasts) {
    const [head, body] = [byID('figures').tHead, byID('figures').tBodies[0]];
    head.replaceChildren(tableRow('th', ['', ...roasts.map(nameOf)]));
    body.replaceChildren(...figures().map(([name, value]) =>
      tableRow('td', [name, ...roasts.map((roast) => value(roast) ?? '–')])));
    body.lastElementChild.className = 'notes';
  }
}

function nameOf(roast) { return roast.title || roast.beans || `Roast ${roast.id}`; }

function pointsOf(curve) {
  return curve.seconds.map((seconds, index) => ({
    seconds, bean: curve.bean_celsius[index], ibts: curve.ibts_celsius[index],
    rise: curve.rate_of_rise_celsius_per_minute[index], heater: curve.heater_level[index],
    fan: curve.fan_level[index], drum: curve.drum_level[index],
  }));
}

/** [name, how to read it from a roast]. */
function figures() {
  const at = (key) => ({ summary }) => {
    const point = summary[key];
    return point && `${minutes(point.seconds)} · ${degrees(point.bean_celsius)} °${unit.letter}`;
  };
  const part = (key) => ({ summary }) => {
    const phase = summary.phases?.[key];
    return phase && `${minutes(phase.seconds)} · ${percent(phase.ratio)} · `
      + `${rate(phase.mean_rate_of_rise_celsius_per_minute)}/min`;
  };
  return [
    ['Charge', at('charge')], ['Turning point', at('turning_point')], ['Yellowing', at('yellowing')],
    ['First crack', at('first_crack')], ['First crack end', at('first_crack_end')],
    ['Second crack', at('second_crack')], ['Drop', at('drop')],
    ['Drying', part('drying')], ['Maillard', part('maillard')], ['Development', part('development')],
    ['Steepest rise', ({ summary }) => summary.steepest_rise
      && `${rate(summary.steepest_rise.rate_of_rise_celsius_per_minute)}/min at `
      + minutes(summary.steepest_rise.seconds)],
    ['Time', ({ summary }) => minutes(summary.duration_seconds)],
    ['Weight', ({ grams_in: into, grams_out: out, weight_loss_ratio: loss }) =>
      `${grams(into)} → ${grams(out)}${loss == null ? '' : ` · −${percent(loss)}`}`],
    ['Notes', ({ notes }) => notes],
  ];
}

/** A row whose first cell names it. */
function tableRow(kind, words) {
  const row = document.createElement('tr');
  words.forEach((text, index) => {
    const cell = document.createElement(index ? kind : kind === 'th' ? 'td' : 'th');
    if (cell.tagName === 'TH') cell.scope = index ? 'col' : 'row';
    cell.textContent = text;
    row.append(cell);
  });
  return row;
}

/** What there is to say about each, with advice; calm where there is nothing. */
function showFindings(roasts) {
  byID('findings').replaceChildren(...roasts.filter(({ findings }) => findings).flatMap((roast) => {
    const head = document.createElement('h3');
    const { items } = roast.findings;
    head.textContent = `${nameOf(roast)}: ${items.length
      ? `${items.length} ${items.length === 1 ? 'thing' : 'things'} to know` : 'nothing to find fault with'}`;
    const list = document.createElement('ul');
    list.append(...items.map(({ severity, seconds, text, advice }) => {
      const item = document.createElement('li');
      item.dataset.severity = severity;
      const about = document.createElement('small');
      about.textContent = advice;
      item.append(`${minutes(seconds)}  ${text}`, about);
      return item;
    }));
    return [head, list];
  }));
}

function showExports(roasts) {
  byID('exports').replaceChildren(...roasts.flatMap((roast) => {
    const name = document.createElement('span');
    name.textContent = nameOf(roast);
    const other = roasts.find(({ id }) => id !== roast.id);
    return [name, ...['csv', 'json', 'svg'].map((format) => {
      const query = new URLSearchParams({ format });
      if (format === 'svg') query.set('unit', unit.letter);
      if (format === 'svg' && other) query.set('with', other.id);
      const link = document.createElement('a');
      Object.assign(link, {
        href: `/v1/roasts/${roast.id}/export?${query}`, download: `roast-${roast.id}.${format}`,
        textContent: format.toUpperCase(),
      });
      return link;
    })];
  }));
}
