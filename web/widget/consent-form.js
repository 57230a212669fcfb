// Asks a person whether a tool may run, or a model may be asked: yes, with other
// arguments, or no.

import { make } from './drawing.js';

/** Takes the form away and gives the answer; JSON that is none stays, and is told. */
function changed(field, problem, t) {
  try {
    const args = JSON.parse(field.value);
    if (args && typeof args === 'object' && !Array.isArray(args)) return { arguments: args };
  } catch { /* Told below. */ }
  problem.textContent = t('These are no arguments: write JSON, such as {"user": 42}.');
  field.setAttribute('aria-invalid', 'true');
  field.focus();
  return null;
}

/**
 * Asks within `place`.
 *
 * @param {Element} place
 * @param {{tool?: object, model?: object}} request
 * @param {AbortSignal} signal says that nobody waits any longer
 * @param {(english: string, ...values: unknown[]) => string} t
 * @returns {Promise<true | false | {arguments: object}>}
 */
export function askConsent(place, { tool, model }, signal, t) {
  return new Promise((resolve) => {
    const before = place.getRootNode().activeElement;
    const title = make('p', { className: 'consent-title', tabIndex: -1 }, tool ? t('May the tool {0} run?', tool.name) : t('May {0} be asked?', model.model));
    const field = tool && make('textarea', {
      className: 'consent-arguments',
      value: JSON.stringify(tool.arguments, null, 2),
      rows: 4,
      readOnly: true,
      spellcheck: false,
      aria: { label: t('Arguments') },
    });
    const problem = make('p', { className: 'problem-note', aria: { role: 'alert' } });
    const button = (label, className, onclick) => make('button', { type: 'button', className, onclick }, label);
    const end = (answer) => {
      signal.removeEventListener('abort', stopped);
      // Where the focus was within, it does not get lost.
      const isWithin = form.contains(place.getRootNode().activeElement);
      form.remove();
      if (isWithin) before?.focus?.();
      resolve(answer);
    };
    const stopped = () => end(false);
    const allow = () => {
      const answer = field && !field.readOnly ? changed(field, problem, t) : true;
      if (answer) end(answer);
    };
    const edit = tool && button(t('Change'), 'quiet-button', () => {
      field.readOnly = false;
      edit.remove();
      field.focus();
    });
    const form = make(
      'div',
      { className: 'consent', aria: { role: 'group', label: title.textContent } },
      title,
      tool?.why && make('p', { className: 'quiet' }, tool.why),
      model && make('p', { className: 'quiet' }, t('It is sent the conversation and what the tools find; the question is: {0}', model.question)),
      field,
      problem,
      make('p', { className: 'beside' }, button(t('Allow'), 'main-button', allow), edit, button(t('Refuse'), 'quiet-button', () => end(false))),
    );
    signal.addEventListener('abort', stopped);
    place.append(form);
    // Not to a button: what is being typed must not allow anything.
    if (before) title.focus();
    if (signal.aborted) stopped();
  });
}
