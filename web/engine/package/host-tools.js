// Runs the host's own tools. Whatever one of them does, its result is JSON of a sensible
// size, in time.

import { textOf } from './fault.js';

/** The most that a result may have, in bytes as JSON. */
export const MOST_BYTES = 256 * 1024;

const LATE = Symbol('late');
/** What came first was the stop. */
export const STOPPED = Symbol('stopped');

/** What the host promised, or STOPPED if the signal comes first: what never settles keeps
 * nobody waiting. */
export async function orStopped(promised, signal) {
  let stop;
  const stopped = new Promise((resolve) => {
    stop = () => resolve(STOPPED);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promised, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Runs a tool.
 *
 * @param {{name: string, execute: Function, timeoutMs: number}} tool
 * @param {object} args
 * @param {AbortSignal} signal says that nobody waits any longer
 * @returns {Promise<{result: object, fault?: {kind: 'host' | 'tool', what: string, next: string, error?: unknown}}>}
 *   the result as the engine takes it, and what the host should know
 */
export async function runTool(tool, args, signal) {
  const failure = (message, hint, kind, error) => ({
    result: { status: 'failure', message, error: { kind: 'unavailable', retryable: false, hint } },
    fault: kind && { kind, what: message, next: hint, error },
  });
  const own = new AbortController();
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, tool.timeoutMs, LATE); });
  let given;
  try {
    // A tool that throws at once and one that fails later are the same.
    const done = (async () => tool.execute(args, { signal: own.signal }))();
    given = await orStopped(Promise.race([done, late]), signal);
  } catch (error) {
    const said = textOf(error).slice(0, 500);
    return failure(`${tool.name} failed: ${said}`, 'Go on without it, or call it with other arguments.', 'host', error);
  } finally {
    clearTimeout(timer);
    own.abort();
  }
  if (given === STOPPED) return failure(`${tool.name} was stopped.`, 'The person stopped the answer.');
  if (given === LATE) {
    return failure(`${tool.name} did not answer within ${tool.timeoutMs / 1000} seconds.`, 'Go on without it. Its timeoutMs says how long it may take.', 'tool');
  }
  let text;
  try {
    text = JSON.stringify(given ?? null);
  } catch (error) {
    return failure(`${tool.name} returned what is no JSON: ${textOf(error).split('\n')[0]}`, 'A result may hold no cycles and no BigInt.', 'tool', error);
  }
  if (text === undefined) return failure(`${tool.name} returned what is no JSON: a ${typeof given}.`, 'Return an object, a list, a text or a number.', 'tool');
  const bytes = text.length > MOST_BYTES ? text.length : new Blob([text]).size;
  if (bytes > MOST_BYTES) {
    return failure(`${tool.name} returned ${Math.ceil(bytes / 1024)} KB; at most ${MOST_BYTES / 1024} KB are taken.`, 'Ask it for less, or let it return less.', 'tool');
  }
  return { result: { status: 'success', message: given === undefined ? 'Done.' : '', data: JSON.parse(text) } };
}
