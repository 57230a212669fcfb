// What is done with an answer that stands: it is copied, its tables sort, and what it
// counts is drawn; and its question is asked again.

import { turnTo } from './conversations.js';
import { filled, t } from './messages.js';

let away;

/** Puts a text where it can be pasted from, and says so for a while. */
export async function copy(text) {
  const place = document.getElementById('copied');
  try {
    await navigator.clipboard.writeText(text);
    place.textContent = t('Copied.');
  } catch {
    place.textContent = t('This browser lets nothing be copied. Select the text instead.');
  }
  clearTimeout(away);
  away = setTimeout(() => { place.textContent = ''; }, 5000);
}

const text = (cell) => cell.textContent.trim();
/** A cell's number as people write it: 11,493 or 35.4 %. */
const number = (cell) => Number(text(cell).replace(/[,\s%]/g, '') || NaN);
const body = (table) => [...table.rows].slice(1);
const isCounted = (rows, at) => rows.every(({ cells }) => cells[at] && !Number.isNaN(number(cells[at])));

const { compare } = new Intl.Collator(undefined, { numeric: true });

/** Sorts by a column: numbers from the most on, words from A, and then the other way. */
function sort(table, head) {
  const rows = body(table);
  const at = head.cellIndex;
  const counts = isCounted(rows, at);
  const order = { ascending: 'descending', descending: 'ascending' }[head.ariaSort] ?? (counts ? 'descending' : 'ascending');
  for (const other of table.rows[0].cells) other.ariaSort = null;
  head.ariaSort = order;
  const sign = order === 'ascending' ? 1 : -1;
  const by = counts ? (a, b) => number(a) - number(b) : (a, b) => compare(text(a), text(b));
  rows.sort((a, b) => (a.cells[at] && b.cells[at] ? sign * by(a.cells[at], b.cells[at]) : 0));
  table.append(...rows);
}

function makeSortable(table) {
  for (const head of table.rows[0].cells) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'sort' });
    button.append(...head.childNodes);
    button.onclick = () => sort(table, head);
    head.append(button);
  }
}

/** What a table counts: its bars, where its second column has numbers. */
function counted(table) {
  const rows = body(table);
  if (table.rows[0].cells.length < 2 || !isCounted(rows, 1)) return [];
  const [what, how] = [...table.rows[0].cells].map(text);
  const bars = rows.map(({ cells: [label, value] }) => ({ label: text(label), value: number(value), said: text(value) }));
  return [{ title: filled('{0} by {1}', how, what.toLowerCase()), what, bars }];
}

/** Where in the conversation the turn will stand that another way was gone from. */
let awaited;
let again;
/** Has this called when a question is to be asked again. */
export const listen = (call) => { again = call; };

/** What can be done with a turn: of several ways from here on, this is one. */
function asides(answer, run, markdown, number, count) {
  const place = Object.assign(document.createElement('p'), { className: 'asides turn-asides' });
  const button = (label, act) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'aside', textContent: t(label) });
    made.onclick = act;
    place.append(made);
  };
  button('Copy', () => copy(markdown));
  button('Edit the question', () => again(run, true));
  button('Ask again', () => again(run, false));
  if (count > 1) {
    const turns = [...document.querySelectorAll('.turn')];
    const at = turns.indexOf(answer.closest('.turn'));
    const go = (step) => {
      awaited = at;
      turnTo(document.querySelectorAll('.turn').length - at, step);
    };
    const ways = Object.assign(document.createElement('span'), { className: 'ways', textContent: filled('{0} of {1}', number, count) });
    ways.dataset.testid = 'ways';
    place.append(ways);
    if (number > 1) button('Earlier answer', () => go(-1));
    if (number < count) button('Later answer', () => go(1));
    if (at === awaited) {
      awaited = undefined;
      requestAnimationFrame(() => {
        turns[at].scrollIntoView();
        ways.nextSibling.focus();
      });
    }
  }
  answer.append(place);
}

/** Told of an answer once it stands: the run that made it, its Markdown, the steps as
 * JSON where it tells of a history, and which way from here on it is of how many. */
export function stands(answer, run, markdown, steps, number, count) {
  const tables = [...answer.querySelectorAll('.words table')].filter(({ rows }) => rows.length > 2);
  tables.forEach(makeSortable);
  asides(answer, run, markdown, number, count);
  // Items are shown as cards; their tables count nothing.
  const titles = [...answer.querySelectorAll('.card-title')].map(text);
  const drawn = tables.filter((table) => !titles.some((title) => text(table).includes(title))).flatMap(counted);
  if (!drawn.length && !steps) return;
  const place = Object.assign(document.createElement('div'), { className: 'charts' });
  if (drawn.length) tables[0].closest('.table').before(place); else answer.lastChild.before(place);
  // The numbers stand in the answer: without the picture nothing is missing.
  self.showCharts(place, JSON.stringify(drawn), steps).catch(() => place.remove());
}
