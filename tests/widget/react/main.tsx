// The agent in React: its user is a state of the page, its answers become one.

import { StrictMode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { UsherAgent } from '../../../web/widget/usher-agent.js';

const USERS = ['4', '6'];

function Page() {
  const [user, setUser] = useState<string>();
  const [shown, setShown] = useState(true);
  const [answers, setAnswers] = useState<string[]>([]);
  const [chosen, setChosen] = useState('');
  return (
    <main>
      <h1>Users</h1>
      <ul>
        {USERS.map((id) => (
          <li key={id}>
            <button type="button" aria-pressed={id === user} onClick={() => setUser(id)}>User {id}</button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => setShown(!shown)}>{shown ? 'Remove the agent' : 'Add the agent'}</button>
      <p>Chosen: <output>{chosen}</output></p>
      <ol aria-label="Answers">{answers.map((answer, at) => <li key={at}>{answer}</li>)}</ol>
      {shown && (
        <Agent
          user={user}
          onAnswer={(answer) => setAnswers((before) => [...before, answer])}
          onChoose={setChosen}
        />
      )}
    </main>
  );
}

interface Props {
  user: string | undefined;
  onAnswer: (answer: string) => void;
  onChoose: (title: string) => void;
}

function Agent({ user, onAnswer, onChoose }: Props) {
  const agent = useRef<UsherAgent>(null);
  // A tool is there for as long as the component is.
  useEffect(() => agent.current?.registerTool({
    name: 'get_page_title',
    description: 'Tells the title of the page that the agent is in.',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    execute: () => document.title,
  }), []);
  return (
    <usher-agent
      ref={agent}
      mode="inline"
      open
      language="en"
      bundle="/bundle/"
      user={user}
      consent={() => true}
      onusher-answer={({ detail }) => onAnswer(detail.answer)}
      onusher-recommendation-click={({ detail }) => onChoose(detail.title)}
    />
  );
}

const root = document.getElementById('root');
// Strict: effects run, are taken back, and run again.
if (root) createRoot(root).render(<StrictMode><Page /></StrictMode>);
