// Lends the engine's tools to the browser's own agent (WebMCP), once per page, through
// whichever widget is there.

const ready = new Set();
let takeBack;

const answered = (step) => ({
  content: [{ type: 'text', text: JSON.stringify(step?.result ?? { status: 'failure', message: 'The engine is gone.' }) }],
  isError: step?.result.status !== 'success',
});

function register(tools) {
  const context = document.modelContext ?? navigator.modelContext;
  const over = new AbortController();
  const undo = [() => over.abort()];
  for (const { name, description, parameters } of tools) {
    const tool = {
      name,
      description,
      inputSchema: parameters,
      annotations: { readOnlyHint: true },
      execute: async (args) => {
        const [call] = ready;
        return answered(await call?.(name, args));
      },
    };
    try {
      const registered = context.registerTool(tool, { signal: over.signal });
      // A promise in later drafts; a tool of this name may be there.
      registered?.catch?.(console.error);
      undo.push(() => registered?.unregister?.());
    } catch (error) {
      console.error(error);
      continue;
    }
    // Earlier drafts know no signal.
    undo.push(() => context.unregisterTool?.(name));
  }
  return () => {
    for (const act of undo) try { act(); } catch { /* It is gone already. */ }
  };
}

/** Offers tools that `call(name, arguments)` runs; gives the way to take them back. */
export function offer(tools, call) {
  if (ready.size === 0) takeBack = register(tools);
  ready.add(call);
  return () => {
    ready.delete(call);
    if (ready.size === 0) takeBack?.();
    if (ready.size === 0) takeBack = undefined;
  };
}
