// node node.js BUNDLE QUESTION: answers on a terminal. BUNDLE: a folder's address, such as
// https://example.org/bundle/ or file:///srv/bundle/.
import { Engine } from '@usher/engine';

const [bundle, question] = process.argv.slice(2);
if (!question) {
  console.error('node node.js BUNDLE QUESTION');
  process.exit(2);
}
const engine = await Engine.open({ bundle });
console.log(`${engine.about.name}: ${engine.about.counts.items} items`);

for (const { name } of await engine.tools()) console.log(`- ${name}`);
const { result } = await engine.call('get_popular_items', { popularity: 'standard', k: 3 });
console.log(result.message);

const turn = await engine.ask(question, {
  onEvent: ({ kind, call }) => { if (kind === 'tool_started') console.log(`… ${call.name}`); },
});
console.log(turn.answer);
engine.close();
