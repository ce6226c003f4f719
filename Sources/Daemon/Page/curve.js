/** The chart of a roast in the page, in the style of the daemon's SVG export. */

import { degrees, rate, signed, unit } from './words.js';

const namespace = 'http://www.w3.org/2000/svg';
/** For half a minute the firmware's infrared value climbs from 25.0: no temperature of anything. */
const settlingSeconds = 30;
const longestGap = 3.5;
const lanes = [
  { name: 'heater', letter: 'P', most: 9 },
  { name: 'fan', letter: 'F', most: 12 },
  { name: 'drum', letter: 'D', most: 9 },
];

/**
 * Draws `plot` into an <svg>, as large as the box around it:
 * {from, to, curves, phases, marks, outlook, course, minute}, with seconds on the one axis and Celsius on
 * the other. A curve is {points, begin, end}; the second is what the first is compared with. An outlook is
 * points that are to come, with their bands; a course, points of BT that were wanted.
 */
export function draw(svg, plot) {
  const { width, height } = svg.parentElement.getBoundingClientRect();
  if (width < 50 || height < 50) return;
  const frame = layOut(plot, width, height);
  const parts = document.createDocumentFragment();
  washes(parts, plot, frame);
  grid(parts, plot, frame);
  plot.curves.forEach((curve, index) => levels(parts, curve, frame, index > 0));
  marks(parts, plot, frame);
  plot.curves.map((curve, index) => [curve, index]).reverse()
    .forEach(([curve, index]) => lines(parts, curve, frame, index > 0));
  course(parts, plot, frame);
  ahead(parts, plot, frame);
  dots(parts, plot, frame);
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren(parts);
}

// Where everything lies

function layOut(plot, width, height) {
  const isSmall = width < 560;
  const laneHeight = Math.max(14, Math.min(26, height / 18));
  const left = isSmall ? 34 : 46;
  const right = width - (isSmall ? 32 : 40);
  const top = plot.marks.length ? (isSmall ? 34 : 40) : 14;
  const lanesTop = height - 24 - lanes.length * (laneHeight + 4);
  const bottom = lanesTop - 6;
  const x = axis(plot.from, plot.to, left, right);
  const temperature = around(temperatures(plot), bottom, top, height < 300 ? 5 : 9);
  return {
    isSmall, left, right, top, bottom, lanesTop, laneHeight, x, temperature,
    rise: beside(temperature, steepest(plot), bottom, top),
    lane: (index, most) => {
      const low = lanesTop + (index + 1) * (laneHeight + 4) - 4;
      return axis(0, most, low, low - laneHeight);
    },
    lanesBottom: height - 28,
  };
}

function axis(low, high, start, end) {
  const scale = (end - start) / (high - low);
  return { low, high, start, end, at: (value) => start + (value - low) * scale };
}

/** An axis that holds these values between round numbers. */
function around(values, start, end, mostSteps) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = [5, 10, 25, 50, 100, 250].find((step) =>
    Math.ceil(high / step) - Math.floor(low / step) <= mostSteps) ?? 500;
  const from = Math.floor(low / step);
  const to = Math.max(Math.ceil(high / step), from + 4);
  return { ...axis(from * step, to * step, start, end), step, steps: to - from };
}

/** An axis from one step below zero, whose round numbers lie on another one's. */
function beside(other, reach, start, end) {
  const room = other.steps - 1;
  const step = [5, 10, 20, 50].find((step) => step * room >= reach) ?? 100;
  return { ...axis(-step, step * room, start, end), step, steps: other.steps };
}

function temperatures({ curves, outlook, course: wanted, from, to }) {
  const values = (outlook ?? []).filter((point) => point.seconds <= to)
    .flatMap((point) => [unit.degrees(point.bean), unit.degrees(point.ibts)]);
  values.push(...(wanted ?? []).map((point) => unit.degrees(point.bean)));
  for (const curve of curves) {
    for (const point of curve.points) {
      if (point.seconds < from || point.seconds > to) continue;
      if (point.bean != null) values.push(unit.degrees(point.bean));
      if (point.ibts != null && !isSettling(curve, point)) values.push(unit.degrees(point.ibts));
    }
  }
  return values.length ? values : [unit.degrees(50), unit.degrees(250)];
}

function steepest({ curves }) {
  const rises = curves.flatMap((curve) => curve.points
    .filter((point) => curve.begin !== null && point.seconds > 90 && point.rise != null
      && point.seconds <= (curve.end ?? Infinity))
    .map((point) => point.rise));
  return unit.difference(Math.min(45, Math.max(20, ...rises)));
}

/** While nothing is roasted there is no beginning, and nothing settles. */
function isSettling(curve, point) {
  return curve.begin !== null && point.seconds >= 0 && point.seconds < settlingSeconds;
}

// What is drawn

function element(parent, name, attributes, words) {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, typeof value === 'number' ? Math.round(value * 10) / 10 : value);
  }
  if (words !== undefined) made.textContent = words;
  parent.append(made);
  return made;
}

function washes(parts, plot, frame) {
  for (const phase of plot.phases) {
    const from = frame.x.at(Math.max(phase.begin, plot.from));
    const to = frame.x.at(Math.min(phase.end, plot.to));
    if (to <= from) continue;
    const box = { x: from, width: to - from };
    element(parts, 'rect', {
      ...box, class: `${phase.name}-wash`, y: frame.top, height: frame.bottom - frame.top,
    });
    element(parts, 'rect', { ...box, class: phase.name, y: frame.top, height: 5 });
  }
}

function grid(parts, plot, frame) {
  const { left, right, temperature, rise } = frame;
  const hasRise = plot.curves.some((curve) => curve.begin !== null);
  for (let index = 0; index <= temperature.steps; index += 1) {
    const value = temperature.low + index * temperature.step;
    const y = temperature.at(value);
    element(parts, 'line', { class: 'grid', x1: left, x2: right, y1: y, y2: y });
    element(parts, 'text', { class: 'tick left', x: left - 6, y: y + 4 }, signed(value, 0));
    if (!hasRise) continue;
    const speed = rise.low + index * rise.step;
    element(parts, 'text', { class: 'tick right', x: right + 6, y: y + 4 }, signed(speed, 0));
  }
  const minutes = (plot.to - plot.from) / 60;
  const most = (right - left) / 42;
  const step = 60 * ([1, 2, 5, 10, 15, 30, 60].find((step) => minutes / step <= most) ?? 120);
  for (let tick = Math.ceil(plot.from / step) * step; tick <= plot.to; tick += step) {
    const x = frame.x.at(tick);
    element(parts, 'line', { class: 'grid', x1: x, x2: x, y1: frame.top, y2: frame.lanesBottom });
    element(parts, 'text', { class: 'tick below', x, y: frame.lanesBottom + 18 }, plot.minute(tick));
  }
}

function levels(parts, curve, frame, isReference) {
  lanes.forEach(({ name, letter, most }, index) => {
    const lane = frame.lane(index, most);
    const runs = levelRuns(curve, name, frame.x);
    if (!isReference) {
      element(parts, 'line', {
        class: 'frame', x1: frame.left, x2: frame.right, y1: lane.start, y2: lane.start,
      });
      const middle = (lane.start + lane.end) / 2 + 4;
      element(parts, 'text', { class: 'tick left', x: frame.left - 6, y: middle }, letter);
      for (const run of runs) {
        const y = lane.at(run.level);
        const from = frame.x.at(run.from);
        const to = frame.x.at(run.to);
        element(parts, 'rect', {
          class: `${name}-area`, x: from, y, width: Math.max(0, to - from), height: lane.start - y,
        });
      }
    }
    element(parts, 'path', {
      class: isReference ? 'level-reference' : name, d: stepPath(runs, frame.x, lane),
    });
    if (!isReference) levelNumbers(parts, runs, frame, lane, name);
  });
}

function levelRuns({ points }, name, x) {
  const runs = [];
  let last = null;
  for (const point of points) {
    const level = point[name];
    if (point.seconds < x.low || point.seconds > x.high || level == null) continue;
    const isNear = last !== null && point.seconds - last <= longestGap;
    if (isNear) runs.at(-1).to = point.seconds;
    if (!isNear || runs.at(-1).level !== level) {
      runs.push({ level, from: point.seconds, to: point.seconds, isJoined: isNear });
    }
    last = point.seconds;
  }
  return runs;
}

function stepPath(runs, x, lane) {
  return runs.map((run) => {
    const y = lane.at(run.level).toFixed(1);
    const begin = run.isJoined ? 'V' : `M${x.at(run.from).toFixed(1)} `;
    return `${begin}${y}H${x.at(run.to).toFixed(1)}`;
  }).join('');
}

function levelNumbers(parts, runs, { x, isSmall }, lane, name) {
  for (const run of runs) {
    const from = x.at(run.from);
    if (x.at(run.to) - from < (isSmall ? 22 : 16)) continue;
    const line = lane.at(run.level);
    const y = line - 3 - 9 >= lane.end ? line - 3 : line + 11;
    element(parts, 'text', { class: `level ${name}-text`, x: from + 3, y }, run.level);
  }
}

function marks(parts, plot, frame) {
  const free = [frame.left, frame.left];
  for (const mark of plot.marks) {
    if (mark.seconds < plot.from || mark.seconds > plot.to) continue;
    const x = frame.x.at(mark.seconds);
    const words = [frame.isSmall ? null : `${mark.name} ${mark.figures}`, mark.short]
      .filter(Boolean).map((text) => ({ text, width: text.length * (frame.isSmall ? 6.8 : 7.6) + 8 }));
    const place = words.flatMap(({ text, width }) => [1, 0].map((row) => ({ text, width, row })))
      .find(({ width, row }) => x >= free[row] && x + width <= frame.right + 30);
    const top = place ? frame.top - 18 * (2 - place.row) + 4 : frame.top;
    element(parts, 'line', { class: 'mark', x1: x, x2: x, y1: top, y2: frame.lanesBottom });
    if (!place) continue;
    free[place.row] = x + place.width;
    element(parts, 'text', { class: 'mark-name', x: x + 4, y: top + 10 }, place.text);
  }
}

function lines(parts, curve, frame, isReference) {
  const suffix = isReference ? '-reference' : '';
  const isRoast = (point) => curve.begin !== null && point.seconds >= 0
    && point.seconds <= (curve.end ?? Infinity);
  const draws = [
    ['rise', frame.rise, (point) => (isRoast(point) && point.rise != null
      ? unit.difference(point.rise) : null)],
    ['ibts', frame.temperature, (point) => (point.ibts == null || isSettling(curve, point)
      ? null : unit.degrees(point.ibts))],
    ['bean', frame.temperature, (point) => (point.bean == null ? null : unit.degrees(point.bean))],
  ];
  for (const [name, y, value] of draws) {
    element(parts, 'path', { class: name + suffix, d: linePath(curve.points, frame, y, value) });
  }
}

/** A line through what is known, broken where nothing was heard. */
function linePath(points, frame, y, value) {
  let path = '';
  let last = null;
  for (const point of points) {
    if (point.seconds < frame.x.low || point.seconds > frame.x.high) continue;
    const known = value(point);
    if (known === null || known < y.low || known > y.high) { last = null; continue; }
    const joins = last !== null && point.seconds - last <= longestGap;
    path += `${joins ? 'L' : 'M'}${frame.x.at(point.seconds).toFixed(1)} ${y.at(known).toFixed(1)}`;
    last = point.seconds;
  }
  return path;
}

/** What was wanted of BT: dashed. */
function course(parts, plot, frame) {
  const points = (plot.course ?? []).filter(({ seconds }) => seconds >= plot.from && seconds <= plot.to);
  if (points.length < 2) return;
  const places = points.map((point) => `${frame.x.at(point.seconds).toFixed(1)} `
    + frame.temperature.at(unit.degrees(point.bean)).toFixed(1));
  element(parts, 'path', { class: 'course', d: `M${places.join('L')}` });
}

/** What is to come: dotted, in the band that holds nine readings in ten. */
function ahead(parts, plot, frame) {
  const points = (plot.outlook ?? []).filter((point) => point.seconds <= plot.to);
  if (points.length < 2) return;
  const at = (point, celsius) => {
    const y = frame.temperature.at(unit.degrees(celsius));
    const inside = Math.min(frame.bottom, Math.max(frame.top, y));
    return `${frame.x.at(point.seconds).toFixed(1)} ${inside.toFixed(1)}`;
  };
  for (const [name, band] of [['ibts', 'ibtsBand'], ['bean', 'beanBand']]) {
    const above = points.map((point) => at(point, point[name] + point[band]));
    const below = points.map((point) => at(point, point[name] - point[band])).reverse();
    element(parts, 'path', { class: `${name}-band`, d: `M${[...above, ...below].join('L')}Z` });
    element(parts, 'path', {
      class: `${name}-ahead`, d: `M${points.map((point) => at(point, point[name])).join('L')}`,
    });
  }
}

/** Rings where the landmarks lie on the bean curve. */
function dots(parts, plot, frame) {
  for (const mark of plot.marks) {
    if (mark.bean == null || mark.seconds < plot.from || mark.seconds > plot.to) continue;
    element(parts, 'circle', {
      class: 'halo', cx: frame.x.at(mark.seconds), r: 4,
      cy: frame.temperature.at(unit.degrees(mark.bean)),
    });
  }
  const last = plot.curves[0]?.points.at(-1);
  if (!plot.isGoingOn || last?.bean == null) return;
  element(parts, 'circle', {
    class: 'tip', cx: frame.x.at(last.seconds), r: 5,
    cy: frame.temperature.at(unit.degrees(last.bean)),
  });
}

/** What is seen, for those who do not see it. */
export function inWords(points) {
  const last = points.at(-1);
  if (!last) return 'Chart: no readings yet.';
  const scale = unit.letter === 'F' ? 'Fahrenheit' : 'Celsius';
  return `Chart of bean temperature, infrared temperature, rate of rise and levels. At its end BT `
    + `${degrees(last.bean)}, IBTS ${degrees(last.ibts)}, rising ${rate(last.rise)} a minute, in `
    + `${scale}; heater ${last.heater ?? 'unknown'}, fan ${last.fan ?? 'unknown'}, drum `
    + `${last.drum ?? 'unknown'}.`;
}
