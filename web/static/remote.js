// Tools on an edge worker: fetched once they are to run there.

/** The longest wait for one tool, in milliseconds. */
const LATE_MS = 60_000;

const failed = (tool, args, message, hint) => JSON.stringify({
  tool,
  arguments: args,
  result: { status: 'failure', message, error: { kind: 'unavailable', retryable: true, hint } },
  elapsed_us: 0,
});

/** Runs a tool there; promises the step as JSON, whatever happens. */
export async function call(worker, tool, args) {
  const { address, token } = JSON.parse(worker);
  const given = JSON.parse(args);
  let answer;
  try {
    answer = await fetch(`${address}/tools/${encodeURIComponent(tool)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: args,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(LATE_MS),
    });
  } catch (error) {
    const late = error?.name === 'TimeoutError';
    return failed(tool, given, late ? 'The edge worker did not answer in time.' : 'The edge worker cannot be reached.', 'Check its address in the settings, and that it lets this page ask, or let the tools run in this page.');
  }
  const told = await answer.json().catch(() => null);
  if (told?.result) return JSON.stringify(told);
  return failed(tool, given, told?.error?.message ?? `The edge worker answered ${answer.status}.`, 'Check the edge worker in the settings.');
}
