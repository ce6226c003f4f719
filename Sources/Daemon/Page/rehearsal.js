/** What the model says will come of a command, as a small curve with its figures. */

import { degrees, rate, shortDegrees, unit } from './words.js';

const namespace = 'http://www.w3.org/2000/svg';
const width = 160;
const height = 56;

/** Draws a forecast into a figure, and says it in words. */
export function showRehearsal(figure, forecast) {
  const words = figure.querySelector('figcaption');
  const svg = figure.querySelector('svg');
  figure.hidden = !forecast;
  if (!forecast) return;
  const { bean_celsius: bean, ibts_celsius: ibts, problem } = forecast;
  figure.classList.toggle('cannot', Boolean(problem));
  svg.toggleAttribute('hidden', Boolean(problem) || !bean?.length);
  if (problem || !bean?.length) {
    words.textContent = `The model cannot say: ${problem ?? 'no curve'}`;
    return;
  }
  words.textContent = `In ${bean.length - 1} s: BT ${shortDegrees(bean[0])} → ${shortDegrees(bean.at(-1))}, `
    + `IBTS ${shortDegrees(ibts[0])} → ${shortDegrees(ibts.at(-1))}, at most `
    + `${rate(forecast.steepest_rise_celsius_per_minute)} °${unit.letter}/min`;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('aria-label', `Rehearsed: BT to ${degrees(bean.at(-1))}`);
  const values = [...bean, ...ibts];
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const reach = Math.max(12, Math.max(...values) - Math.min(...values)) * 1.15;
  const path = (name, points) => {
    const line = document.createElementNS(namespace, 'path');
    line.setAttribute('class', name);
    line.setAttribute('d', points.map((celsius, index) => {
      const x = 3 + index / Math.max(1, points.length - 1) * (width - 6);
      const y = height / 2 - (celsius - middle) / reach * (height - 8);
      return `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }).join(''));
    return line;
  };
  svg.replaceChildren(path('ibts', ibts), path('bean', bean));
}
