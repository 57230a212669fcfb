// The engine in its Web Worker without the page around it: tools called in WebAssembly.

/** Starts the engine's worker in a page, and opens the server's bundle. */
export async function openEngine(page, address) {
  // Any document of the server: the page itself would start an engine of its own.
  await page.goto(`${address}/icon.svg`);
  await page.evaluate(async (bundle) => {
    const worker = new Worker('/worker.js', { type: 'module' });
    const next = () => new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(JSON.parse(data));
      worker.onerror = ({ message }) => reject(new Error(message));
    });
    globalThis.usher = {
      async say(message, until) {
        worker.postMessage(typeof message === 'object' ? JSON.stringify(message) : message);
        for (;;) {
          const said = await next();
          if (said.open_failed) throw new Error(JSON.stringify(said.open_failed));
          const found = until(said);
          if (found) return found;
        }
      },
      startOver: () => worker.postMessage('{"resume":{"turns":[]}}'),
    };
    const module = await WebAssembly.compileStreaming(fetch('/usher_bg.wasm'));
    const started = next();
    worker.postMessage(module);
    await started;
    await globalThis.usher.say({ open: { bundle } }, (said) => said.opened);
  }, `${address}/bundle/`);
}

/**
 * Times the guide: asks each conversation's questions, and gives the microseconds from
 * what it was given (a question, a tool's result) to what it made of it (a call, the
 * answer), the messages between page and worker included.
 */
export async function timeGuide(page, conversations) {
  return page.evaluate(async (conversations) => {
    const times = [];
    let run = 0;
    for (const questions of conversations) {
      globalThis.usher.startOver();
      for (const question of questions) {
        run += 1;
        let since = performance.now();
        await globalThis.usher.say({ ask: { run, question } }, ({ run: said }) => {
          const event = said?.event ?? {};
          if (event.planned || event.finished) times.push((performance.now() - since) * 1000);
          if (event.tool_finished) since = performance.now();
          return event.finished;
        });
      }
    }
    return times;
  }, conversations);
}

/**
 * Calls tools in the engine's worker over the server's bundle. Each call is
 * `{name, arguments}`; all are made `rounds` times in a conversation each. Gives, per
 * call, the result of the last round and the quickest time in microseconds.
 */
export async function callTools(page, address, calls, rounds = 1) {
  await openEngine(page, address);

  const answers = calls.map(() => ({ elapsedUs: Infinity }));
  const some = 500;
  for (let round = 0; round < rounds; round += 1) {
    await page.evaluate(() => globalThis.usher.startOver());
    for (let first = 0; first < calls.length; first += some) {
      const steps = await page.evaluate(async (calls) => {
        const steps = [];
        for (const [request, call] of calls.entries()) {
          const done = (said) => said.tool_done;
          const { step } = await globalThis.usher.say({ tool: { request, ...call } }, done);
          steps.push({ result: step.result, elapsedUs: step.elapsed_us });
        }
        return steps;
      }, calls.slice(first, first + some));
      for (const [index, step] of steps.entries()) {
        const answer = answers[first + index];
        answer.result = step.result;
        answer.elapsedUs = Math.min(answer.elapsedUs, step.elapsedUs);
      }
    }
  }
  return answers;
}
