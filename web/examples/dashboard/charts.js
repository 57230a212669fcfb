// Charts in SVG. Each has a sentence that says what is seen in it, and a table.

import { count, html, svg } from './elements.js';

/** A figure that draws itself anew when its width changes, so that its text keeps its size. */
export class Chart {
  #draw;
  #rows = [];
  #label = '';
  #drawn = 0;
  #title = html('h2');
  #summary = html('p', { class: 'quiet' });
  #picture = html('div', { class: 'picture' });
  #table = html('tbody');

  /** `draw` is `columns` or `bars`; `kind` heads the table's first column. */
  constructor(figure, draw, kind) {
    this.#draw = draw;
    const head = html('tr', {}, html('th', { scope: 'col' }, kind), html('th', { scope: 'col' }, 'Ratings'));
    figure.replaceChildren(
      html('figcaption', {}, this.#title, this.#summary),
      this.#picture,
      html('details', {}, html('summary', {}, 'As a table'),
        html('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `${kind}, table` },
          html('table', {}, html('thead', {}, head), this.#table))),
    );
    new ResizeObserver(([{ contentRect }]) => {
      if (Math.round(contentRect.width) !== this.#drawn) this.#paint(Math.round(contentRect.width));
    }).observe(this.#picture);
  }

  /** `rows` are `{name, count, mark}`: what is named, how many, and what stands at the axis. */
  show(title, summary, rows) {
    this.#title.textContent = title;
    this.#summary.textContent = summary;
    this.#label = `${title}. ${summary}`;
    this.#rows = rows;
    this.#table.replaceChildren(...rows.map(({ name, count: number }) =>
      html('tr', {}, html('th', { scope: 'row' }, name), html('td', {}, count(number)))));
    this.#paint(this.#drawn);
  }

  #paint(width) {
    this.#drawn = width;
    if (!width) return;
    const picture = this.#draw(this.#rows, width);
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', this.#label);
    this.#picture.replaceChildren(picture);
  }
}

const canvas = (width, height, ...children) =>
  svg('svg', { width, height, viewBox: `0 0 ${width} ${height}` }, ...children);

const text = (x, y, anchor, ...children) => svg('text', { x, y, 'text-anchor': anchor }, ...children);

/** Columns side by side, for counts over time. */
export function columns(rows, width) {
  const height = 240;
  const [left, bottom, top] = [48, 22, 10];
  const { ends, most } = scale(rows);
  const y = (number) => height - bottom - (number / most) * (height - bottom - top);
  const step = (width - left) / Math.max(1, rows.length);
  const grid = ends.map((end) => svg('g', {},
    svg('line', { x1: left, x2: width, y1: y(end), y2: y(end) }),
    text(left - 8, y(end), 'end', count(end))));
  const drawn = rows.map(({ name, count: number }, at) => svg('rect', {
    x: left + at * step + Math.min(2, step * 0.15),
    y: y(number),
    width: Math.max(1, step - Math.min(4, step * 0.3)),
    height: y(0) - y(number),
    rx: Math.min(2, step / 4),
  }, svg('title', {}, `${name}: ${count(number)}`)));
  const marks = rows.map(({ mark }, at) =>
    mark ? text(left + at * step, height - 6, 'start', mark) : null);
  return canvas(width, height, ...grid, ...drawn, ...marks.filter(Boolean));
}

/** Bars below each other, for counts of kinds. */
export function bars(rows, width) {
  const step = 24;
  const [left, right] = [96, 56];
  const most = rows.reduce((so, { count: number }) => Math.max(so, number), 1);
  const drawn = rows.map(({ name, count: number }, at) => {
    const length = Math.max(1, (number / most) * (width - left - right));
    const middle = at * step + step / 2;
    return svg('g', {},
      text(left - 8, middle, 'end', name),
      svg('rect', { x: left, y: at * step + 4, width: length, height: step - 8, rx: 2 }),
      text(left + length + 6, middle, 'start', count(number)));
  });
  return canvas(width, Math.max(step, rows.length * step), ...drawn);
}

/** Round numbers for an axis that starts at 0, up to the first above all counts. */
function scale(rows) {
  const most = rows.reduce((so, { count: number }) => Math.max(so, number), 1);
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = Math.max(1, [1, 2, 5, 10].find((factor) => factor * power * 4 >= most) * power);
  const ends = Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => at * step);
  return { ends, most: ends.at(-1) };
}
