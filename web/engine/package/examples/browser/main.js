// The package's folder lies beside this page's: no bundler is needed.
import { Engine } from './@usher/engine/index.js';

const [form] = document.forms;
const status = document.querySelector('[role=status]');
const answer = document.querySelector('pre');

const engine = await Engine.open({
  bundle: new URLSearchParams(location.search).get('bundle') ?? 'bundle/',
  onProgress: ({ what, loadedBytes, totalBytes }) => { status.textContent = `${what}: ${loadedBytes} of ${totalBytes} bytes`; },
}).catch((error) => {
  status.textContent = error.message;
  throw error;
});
status.textContent = engine.about.name;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const turn = await engine.ask(form.elements.question.value, {
    onEvent: ({ kind, call }) => { if (kind === 'tool_started') status.textContent = `${call.name} …`; },
  });
  status.textContent = `${turn.steps.length} steps`;
  answer.textContent = turn.answer;
});
