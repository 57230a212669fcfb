// Draws what the engine shows of an answer. Only elements named here are made, and text
// is only ever text.

/** An element with properties and children; what is nothing is left out. */
export function make(name, properties = {}, ...children) {
  const { part, aria = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  if (part) element.part = part;
  for (const [of, value] of Object.entries(aria)) element.setAttribute(of === 'role' ? of : `aria-${of}`, value);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const TAGS = new Set(['p', 'h3', 'ul', 'ol', 'li', 'blockquote', 'pre', 'strong', 'em', 's', 'a', 'table', 'thead', 'tr', 'td', 'br', 'hr']);
const NAMED = { break: 'br', rule: 'hr' };
const SCHEMES = ['http:', 'https:', 'mailto:'];

/** Where a link may lead; nothing: nowhere. */
function place(href) {
  try {
    const url = new URL(href);
    return SCHEMES.includes(url.protocol) ? url.href : null;
  } catch { return null; }
}

/** The nodes of a text as DOM nodes. */
export const written = (nodes) => nodes.map((node) => {
  if (typeof node === 'string') return document.createTextNode(node);
  if (node.code !== undefined) return make('code', {}, node.code);
  const name = NAMED[node.tag] ?? node.tag;
  const children = written(node.children ?? []);
  const href = name === 'a' ? place(node.href) : null;
  if (!TAGS.has(name) || (name === 'a' && !href)) return make('span', {}, ...children);
  const element = make(name, {}, ...children);
  if (href) Object.assign(element, { href, target: '_blank', rel: 'noopener noreferrer' });
  if (name === 'ol' && Number.isInteger(node.start)) element.start = node.start;
  if (name === 'pre' || name === 'table') return make('div', { className: 'wide', tabIndex: 0, aria: { role: 'group' } }, element);
  return element;
});

/** Plain text, in paragraphs. */
export const plain = (text) => text.split(/\n{2,}/).filter((part) => part.trim()).map((part) => make('p', { className: 'plain' }, part));

const chips = (list) => make('ul', { className: 'chips' }, ...list.map(([name, value]) => make(
  'li',
  { className: 'chip', part: 'chip' },
  make('span', { className: 'chip-name' }, name),
  ` ${value}`,
)));

/** How long something took. */
export const elapsed = (us) => (us < 1_000_000 ? `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms` : `${(us / 1_000_000).toFixed(1)} s`);

/** The steps of an answer, folded to one line. */
export function steps(list, model, t) {
  const total = list.reduce((sum, { elapsed_us: us }) => sum + us, 0);
  const count = list.length === 1 ? t('1 step') : t('{0} steps', list.length);
  return make(
    'details',
    { className: 'steps', part: 'steps' },
    make('summary', {}, `${count} \u00b7 ${elapsed(total)}`),
    make('ol', {}, ...list.map((step) => make(
      'li',
      { className: step.failed ? 'step failed' : 'step' },
      make('p', { className: 'step-head' }, make('code', {}, step.tool), make('span', { className: 'time' }, elapsed(step.elapsed_us))),
      step.why && make('p', { className: 'quiet' }, step.why),
      step.arguments.length > 0 && chips(step.arguments),
      step.requested && make('div', { className: 'quiet' }, t('asked as'), chips(step.requested)),
      make('p', { className: 'outcome' }, step.failed ? `${t('failed:')} ${step.outcome}` : step.outcome),
    ))),
    model && make('p', { className: 'quiet' }, t('model: {0}', model)),
  );
}

const marked = (list, className) => list.length > 0 && make('p', { className }, ...list.flatMap(({ text, answers }, at) => [
  at > 0 && ' \u00b7 ',
  make(answers ? 'strong' : 'span', {}, text),
]));

const UP = 'M7 10v10H3V10zm0 0 4-8c1.7 0 3 1.3 3 3v4h5a2 2 0 0 1 2 2.3l-1.4 7A2 2 0 0 1 17.6 20H7';
const SVG = 'http://www.w3.org/2000/svg';

function hand(isDown) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  const set = (element, attributes) => { for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value); };
  set(svg, { viewBox: '0 0 24 24', width: '18', height: '18', 'aria-hidden': 'true' });
  set(path, { d: UP, fill: 'none', stroke: 'currentColor', 'stroke-width': '2', 'stroke-linejoin': 'round' });
  if (isDown) set(path, { transform: 'rotate(180 12 12)' });
  svg.append(path);
  return svg;
}

function thumbs(card, acts, t) {
  const button = (value, label) => make(
    'button',
    { className: 'thumb', part: 'thumb', type: 'button', title: label, aria: { label: `${label}: ${card.titled}` } },
    hand(value < 0),
  );
  const buttons = [[1, button(1, t('Good recommendation'))], [-1, button(-1, t('Not this one'))]];
  const show = (now) => { for (const [value, one] of buttons) one.setAttribute('aria-pressed', String(now === value)); };
  let now = acts.thumbOf(card);
  show(now);
  for (const [value, one] of buttons) {
    one.onclick = () => {
      now = now === value ? 0 : value;
      show(now);
      acts.thumb(card, now);
    };
  }
  return make('span', { className: 'thumbs' }, ...buttons.map(([, one]) => one));
}

function why(card, acts, t) {
  const reasons = make('p', { className: 'quiet' });
  const details = make('details', { className: 'why' }, make('summary', {}, t('Why this?')), card.standing && make('p', {}, card.standing), reasons);
  details.ontoggle = async () => {
    details.ontoggle = null;
    const titles = card.because.length > 0 && await acts.titles(card.because);
    reasons.textContent = titles?.length > 0 ? t('Because of: {0}.', titles.join(', ')) : t('No single title carries it.');
  };
  return details;
}

/** The items of an answer. `acts` says what a click, a thumb and a why do. */
export const cards = (list, acts, t) => make('ul', { className: 'cards', aria: { label: t('Items') } }, ...list.map((card, at) => {
  const title = make('button', { className: 'card-title', part: 'card-title', type: 'button' }, card.title);
  title.onclick = () => acts.click(card, at + 1);
  const fit = Number(card.fit);
  const filled = make('span', { className: 'bar-filled' });
  filled.style.inlineSize = `${Math.min(100, Math.max(0, fit))}%`;
  return make(
    'li',
    { className: 'card', part: 'card' },
    make('h3', {}, title),
    marked(card.details, 'details'),
    marked(card.genres, 'quiet'),
    card.fit !== null && make('p', { className: 'fit', title: card.standing ?? '' }, t('fit {0}', card.fit), make('span', { className: 'bar', aria: { hidden: 'true' } }, filled)),
    card.about && make('p', { className: 'about' }, card.about),
    card.because && make('div', { className: 'asides' }, why(card, acts, t), thumbs(card, acts, t)),
  );
}));
