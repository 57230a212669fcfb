// The scripted server through the eyes of the providers' own clients: its wire is
// not only our idea of it. No browser is started.

import { expect, test } from '@playwright/test';
import { Ollama } from 'ollama';
import OpenAI from 'openai';

import { faults, startScripted } from './scripted.js';

const key = 'sk-scripted-key';
const question = 'Recommend two films to user 5';
const thinking = 'User 5 likes space. Über-space.';
const answer = '“Alien” and “Solaris”: both by Almodóvar, say some.';
const script = {
  key,
  turns: [
    {
      user: 'Recommend*',
      replies: [
        { thinking, calls: [{ name: 'get_top_k', arguments: { user: 5 } }] },
        {
          text: 'Two are found; now their titles.',
          calls: [
            { name: 'get_metadata', arguments: { items: '$1.items', from: '$1.set' } },
            { name: 'get_top_k', arguments: { user: 6, k: 1 } },
          ],
          usage: { input_tokens: 120, output_tokens: 34 },
        },
        { text: '“{{2.items.0.title}}” and “{{2.items.1.title}}”: both by Almodóvar, say some.' },
      ],
    },
    { user: 'Thanks', replies: [{ text: 'You are welcome.' }] },
  ],
};

const closed = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const functions = [
  {
    name: 'get_top_k',
    description: 'The best items for a user.',
    parameters: closed({ user: { type: 'integer' }, k: { type: ['integer', 'null'] } }),
    strict: true,
  },
  {
    name: 'get_metadata',
    description: 'Facts of items.',
    parameters: closed({
      items: { type: 'array', items: { type: 'integer' } },
      from: { type: 'string' },
    }),
    strict: true,
  },
];

/** What our tools would answer; and a check of what they were asked. */
function run(name, json) {
  const asked = JSON.parse(json);
  if (name === 'get_metadata') {
    expect(asked).toEqual({ items: [7, 9], from: 'set:1' });
    const items = [{ title: 'Alien' }, { title: 'Solaris' }];
    return JSON.stringify({ status: 'success', message: 'Two.', data: { items } });
  }
  const data = { set: 'set:1', count: 2, items: [{ item_id: 7 }, { item_id: 9 }] };
  return JSON.stringify({ status: 'success', message: 'Two.', data });
}

let server;
test.beforeAll(async () => {
  server = await startScripted(script);
});
test.afterAll(() => server.end());

/** OpenAI's client, at an address where a fault happens, or none. */
function client(fault, options = {}) {
  const path = fault ? `/fault/${fault}/v1` : '/v1';
  return new OpenAI({ apiKey: key, baseURL: server.address + path, maxRetries: 0, ...options });
}

test.describe('Chat Completions', () => {
  const tools = functions.map((f) => ({ type: 'function', function: f }));
  const model = 'scripted';

  /** A conversation until there is an answer; `ask` gives a completion. */
  async function converse(ask) {
    const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: question }];
    const calls = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const { message, finish_reason: reason } = (await ask(messages)).choices[0];
      messages.push({ role: 'assistant', content: message.content, tool_calls: message.tool_calls });
      if (!message.tool_calls?.length) {
        expect(reason).toBe('stop');
        return { calls, answer: message.content, messages };
      }
      expect(reason).toBe('tool_calls');
      for (const { id, function: f } of message.tool_calls) {
        calls.push(f.name);
        messages.push({ role: 'tool', tool_call_id: id, content: run(f.name, f.arguments) });
      }
    }
    throw new Error('no answer');
  }

  test('a conversation with tools, whole', async () => {
    const openai = client();
    const talk = await converse((messages) =>
      openai.chat.completions.create({ model, messages, tools }),
    );
    expect(talk.calls).toEqual(['get_top_k', 'get_metadata', 'get_top_k']);
    expect(talk.answer).toBe(answer);
    delete talk.messages.at(-1).tool_calls;
    const messages = [...talk.messages, { role: 'user', content: 'Thanks' }];
    const next = await openai.chat.completions.create({ model, messages });
    expect(next.choices[0].message.content).toBe('You are welcome.');
    expect(next.usage.total_tokens).toBe(next.usage.prompt_tokens + next.usage.completion_tokens);
  });

  test('a conversation with tools, streamed', async () => {
    const openai = client();
    const usages = [];
    const talk = await converse(async (messages) => {
      const options = { model, messages, tools, stream_options: { include_usage: true } };
      const stream = openai.chat.completions.stream(options);
      const completion = await stream.finalChatCompletion();
      usages.push(completion.usage.completion_tokens);
      return completion;
    });
    expect(talk.calls).toEqual(['get_top_k', 'get_metadata', 'get_top_k']);
    expect(talk.answer).toBe(answer);
    expect(usages[1]).toBe(34);
  });

  test('a wrong request is turned down as OpenAI does', async () => {
    const openai = client();
    const user = { role: 'user', content: 'Hi' };
    const call = { id: 'c1', type: 'function', function: { name: 'get_top_k', arguments: '{}' } };
    const open = { type: 'function', function: { ...functions[0], parameters: { type: 'object', properties: {} } } };
    const wrong = [
      [{ messages: [{ role: 'tool', tool_call_id: 'c1', content: '' }] }, /'tool' must be a response/],
      [{ messages: [user, { role: 'assistant', tool_calls: [call] }, user] }, /c1/],
      [{ messages: [user], color: 'red' }, /Unrecognized request argument supplied: color/],
      [{ messages: [user], tools: [open] }, /'additionalProperties' is required/],
      [{ messages: [user], tools: [functions[0]] }, /tools\[0\]/],
      [{ messages: [{ role: 'robot', content: '' }] }, /'robot'/],
      [{ messages: [user], temperature: 3 }, /temperature/],
    ];
    for (const [body, message] of wrong) {
      const refused = openai.chat.completions.create({ model, ...body });
      await expect(refused).rejects.toThrow(OpenAI.BadRequestError);
      await expect(refused).rejects.toThrow(message);
    }
  });
});

test.describe('Responses', () => {
  const tools = functions.map((f) => ({ type: 'function', ...f }));
  const model = 'scripted';

  /** A conversation until there is an answer; `ask` gives a response. */
  async function converse(ask) {
    const input = [{ role: 'user', content: question }];
    const calls = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const response = await ask(input);
      expect(response.status).toBe('completed');
      const called = response.output.filter((item) => item.type === 'function_call');
      if (called.length === 0) return { calls, response };
      // As the client's own loop does: all that came goes back, less what it added.
      for (const { parsed_arguments, ...item } of response.output) {
        if (item.type === 'message') {
          item.content = item.content.map(({ type, text }) => ({ type, text }));
        }
        input.push(item);
      }
      for (const call of called) {
        calls.push(call.name);
        const output = run(call.name, call.arguments);
        input.push({ type: 'function_call_output', call_id: call.call_id, output });
      }
    }
    throw new Error('no answer');
  }

  test('a conversation with tools, whole', async () => {
    const openai = client();
    const talk = await converse((input) => openai.responses.create({ model, input, tools }));
    expect(talk.calls).toEqual(['get_top_k', 'get_metadata', 'get_top_k']);
    expect(talk.response.output_text).toBe(answer);
    expect(talk.response.usage.input_tokens).toBeGreaterThan(0);
  });

  test('a conversation with tools, streamed', async () => {
    const openai = client();
    const seen = { text: '', thinking: '', numbers: [] };
    const talk = await converse(async (input) => {
      // What the client puts together must be what the last event says.
      const stream = openai.responses.stream({ model, input, tools });
      let last;
      seen.numbers = [];
      for await (const event of stream) {
        seen.numbers.push(event.sequence_number);
        if (event.type === 'response.output_text.delta') seen.text += event.delta;
        if (event.type === 'response.reasoning_summary_text.delta') seen.thinking += event.delta;
        if (event.type === 'response.completed') last = event.response;
      }
      const final = await stream.finalResponse();
      expect(final.output.map((item) => item.id)).toEqual(last.output.map((item) => item.id));
      return final;
    });
    expect(talk.calls).toEqual(['get_top_k', 'get_metadata', 'get_top_k']);
    expect(seen.text).toBe(`Two are found; now their titles.${answer}`);
    expect(seen.thinking).toBe(thinking);
    expect(seen.numbers).toEqual(seen.numbers.map((_, index) => index));
  });

  test('a wrong request is turned down as OpenAI does', async () => {
    const openai = client();
    const user = { role: 'user', content: 'Hi' };
    const call = { type: 'function_call', call_id: 'c1', name: 'get_top_k', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'c1', output: '{}' };
    const part = { role: 'assistant', content: [{ type: 'input_text', text: 'Hi' }] };
    const wrong = [
      [{ input: [user, output] }, /No tool call found for function call output with call_id c1/],
      [{ input: [user, call] }, /No tool output found for function call c1/],
      [{ input: [user, { ...call, id: 'c1' }, output] }, /begins with 'fc'/],
      [{ input: [user, part] }, /'input_text'/],
      [{ input: [user], messages: [] }, /Unknown parameter: 'messages'/],
      [{ input: [user], tools: [{ type: 'function', function: functions[0] }] }, /tools\[0\]/],
    ];
    for (const [body, message] of wrong) {
      const refused = openai.responses.create({ model, ...body });
      await expect(refused).rejects.toThrow(OpenAI.BadRequestError);
      await expect(refused).rejects.toThrow(message);
    }
  });
});

test('models are listed, and a wrong key or name is told', async () => {
  const models = await client().models.list();
  expect(models.data.map((model) => model.id)).toContain('scripted');
  expect(models.data.some((model) => model.shutdown_date)).toBe(true);
  const stranger = client(undefined, { apiKey: 'sk-other' });
  await expect(stranger.models.list()).rejects.toThrow(OpenAI.AuthenticationError);
  const missing = client().responses.create({ model: 'gpt-0', input: 'Hi' });
  await expect(missing).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
});

test('faults are the errors that the client knows', async () => {
  const ask = (fault, options) =>
    client(fault, options).responses.create({ model: 'scripted', input: question });
  const expected = {
    'key-wrong': OpenAI.AuthenticationError,
    forbidden: OpenAI.PermissionDeniedError,
    quota: OpenAI.RateLimitError,
    'rate-limit': OpenAI.RateLimitError,
    'model-missing': OpenAI.NotFoundError,
    'context-too-long': OpenAI.BadRequestError,
    'server-500': OpenAI.InternalServerError,
    unavailable: OpenAI.InternalServerError,
    overloaded: OpenAI.InternalServerError,
    'connection-closed': OpenAI.APIConnectionError,
  };
  for (const [fault, error] of Object.entries(expected)) {
    await expect(ask(fault), fault).rejects.toThrow(error);
  }
  await expect(ask('no-reply', { timeout: 200 })).rejects.toThrow(OpenAI.APIConnectionTimeoutError);
  await expect(ask('context-too-long')).rejects.toMatchObject({ code: 'context_length_exceeded' });
  // It waits as long as the server says, and tries again.
  const patient = client('rate-limit-wait:1/patient', { maxRetries: 1 });
  const start = Date.now();
  const response = await patient.responses.create({ model: 'scripted', input: 'Thanks' });
  expect(response.output_text).toBe('You are welcome.');
  expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
});

test('errors within a stream are errors to the client', async () => {
  const chat = (fault) =>
    client(fault)
      .chat.completions.stream({ model: 'scripted', messages: [{ role: 'user', content: 'Thanks' }] })
      .finalChatCompletion();
  await expect(chat('error-at-once')).rejects.toThrow(/The server had an error/);
  await expect(chat('error-mid-stream')).rejects.toThrow(/Provider returned error/);
  await expect(chat('broken-mid-text')).rejects.toThrow();
  await expect(chat('cut-mid-text')).rejects.toThrow(/missing finish_reason/);
  const responses = (fault) =>
    client(fault).responses.stream({ model: 'scripted', input: 'Thanks' }).finalResponse();
  await expect(responses('error-at-once')).rejects.toThrow(/The server had an error/);
  const failed = await responses('error-mid-stream').catch((error) => error);
  expect(failed.error?.code ?? failed.message).toMatch(/server_error|error/);
});

test.describe('Ollama', () => {
  const tools = functions.map(({ strict, ...f }) => ({ type: 'function', function: f }));
  const model = 'scripted';
  const options = { num_ctx: 16384 };

  /** A conversation until there is an answer; `ask` gives a message. */
  async function converse(ask) {
    const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: question }];
    const calls = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const message = await ask(messages);
      messages.push(message);
      if (!message.tool_calls?.length) return { calls, answer: message.content };
      for (const { function: f } of message.tool_calls) {
        calls.push(f.name);
        const content = run(f.name, JSON.stringify(f.arguments));
        messages.push({ role: 'tool', tool_name: f.name, content });
      }
    }
    throw new Error('no answer');
  }

  test('a conversation with tools, whole and streamed', async () => {
    const ollama = new Ollama({ host: server.address });
    const whole = await converse(
      async (messages) => (await ollama.chat({ model, messages, tools, options })).message,
    );
    let thought = '';
    const streamed = await converse(async (messages) => {
      const message = { role: 'assistant', content: '', tool_calls: [] };
      let done;
      const request = { model, messages, tools, options, think: true, stream: true };
      for await (const part of await ollama.chat(request)) {
        message.content += part.message.content;
        message.tool_calls.push(...(part.message.tool_calls ?? []));
        thought += part.message.thinking ?? '';
        done = part.done && part.eval_count > 0;
      }
      expect(done).toBe(true);
      return message;
    });
    for (const talk of [whole, streamed]) {
      expect(talk.calls).toEqual(['get_top_k', 'get_metadata', 'get_top_k']);
      expect(talk.answer).toBe(answer);
    }
    expect(thought).toBe(thinking);
  });

  test('models are listed with what they can do, and errors told', async () => {
    const ollama = new Ollama({ host: server.address });
    const { models } = await ollama.list();
    expect(models.map((entry) => entry.model)).toContain('scripted:latest');
    expect((await ollama.show({ model })).capabilities).toContain('tools');
    expect((await ollama.version()).version).toMatch(/^\d/);
    const messages = [{ role: 'user', content: question }];
    const missing = ollama.chat({ model: 'gone', messages });
    await expect(missing).rejects.toMatchObject({ status_code: 404, error: "model 'gone' not found" });
    const plain = ollama.chat({ model: 'scripted-plain', messages, tools });
    await expect(plain).rejects.toThrow(/does not support tools/);
    const broken = new Ollama({ host: `${server.address}/fault/error-mid-stream` });
    const stream = await broken.chat({
      model,
      messages: [{ role: 'user', content: 'Thanks' }],
      stream: true,
    });
    const read = async () => {
      for await (const part of stream) expect(part.message).toBeTruthy();
    };
    await expect(read()).rejects.toThrow(/unexpected EOF/);
  });

  test('what does not fit into num_ctx is lost in silence, unless it must not be', async () => {
    const ollama = new Ollama({ host: server.address });
    const messages = [{ role: 'system', content: 'x'.repeat(20_000) }, { role: 'user', content: question }];
    const said = await ollama.chat({ model, messages, tools });
    expect(said.message.tool_calls).toBeUndefined();
    const whole = ollama.chat({ model, messages, tools, truncate: false });
    await expect(whole).rejects.toThrow(/exceeds the context length/);
    const fits = await ollama.chat({ model, messages, tools, options });
    expect(fits.message.tool_calls).toHaveLength(1);
  });
});

test('every fault can be seen in each of its formats', async () => {
  test.setTimeout(120_000);
  const result = run('get_top_k', '{}');
  const last = run('get_metadata', '{"items": [7, 9], "from": "set:1"}');
  const requests = {
    chat: (calls) => ({
      path: '/v1/chat/completions',
      body: {
        tools: functions.map((f) => ({ type: 'function', function: f })),
        messages: [
          { role: 'user', content: question },
          ...calls.flatMap(([id, name, content]) => [
            { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name, arguments: '{}' } }] },
            { role: 'tool', tool_call_id: id, content },
          ]),
        ],
      },
    }),
    responses: (calls) => ({
      path: '/v1/responses',
      body: {
        tools: functions.map((f) => ({ type: 'function', ...f })),
        input: [
          { role: 'user', content: question },
          ...calls.flatMap(([call_id, name, output]) => [
            { type: 'function_call', call_id, name, arguments: '{}' },
            { type: 'function_call_output', call_id, output },
          ]),
        ],
      },
    }),
    ollama: (calls) => ({
      path: '/api/chat',
      body: {
        tools: functions.map(({ strict, ...f }) => ({ type: 'function', function: f })),
        options: { temperature: 0.5 },
        messages: [
          { role: 'user', content: question },
          ...calls.flatMap(([, name, content]) => [
            { role: 'assistant', content: '', tool_calls: [{ function: { name, arguments: {} } }] },
            { role: 'tool', tool_name: name, content },
          ]),
        ],
      },
    }),
  };
  const places = [[], [['a_1', 'get_top_k', result], ['b_1', 'get_metadata', last]]];

  /** All that can be seen of an answer, with the times at which it came left out. */
  async function seen(base, { path, body }, stream, patience = 400) {
    const temperature = path === '/api/chat' ? {} : { temperature: 0.5 };
    const said = { status: 0, headers: '', body: '', end: 'whole' };
    try {
      const response = await fetch(base + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${key}`,
          origin: 'http://localhost:8321',
        },
        body: JSON.stringify({ model: 'scripted', stream, ...temperature, ...body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(patience),
      });
      said.status = response.status;
      const headers = [...response.headers].filter(([name]) => name !== 'date');
      said.headers = JSON.stringify(headers);
      for await (const bytes of response.body) {
        said.body += Buffer.from(bytes).toString('latin1');
        if (said.body.length > 1_000_000) break;
      }
    } catch (error) {
      said.end = error.name;
    }
    return JSON.stringify(said);
  }

  const usual = new Map();
  for (const format of Object.keys(requests)) {
    for (const [index, calls] of places.entries()) {
      for (const stream of [true, false]) {
        const said = await seen(server.address, requests[format](calls), stream, 10_000);
        expect(said).toContain('"status":200');
        usual.set(`${format} ${index} ${stream}`, said);
      }
    }
  }
  const every = faults();
  expect(every.length).toBeGreaterThanOrEqual(50);
  const unseen = [];
  for (const { name, formats } of every) {
    for (const format of formats) {
      const looks = [...places.entries()].flatMap(([index, calls]) =>
        [true, false].map(async (stream) => {
          const said = await seen(`${server.address}/fault/${name}`, requests[format](calls), stream);
          return said !== usual.get(`${format} ${index} ${stream}`);
        }),
      );
      if (!(await Promise.all(looks)).includes(true)) unseen.push(`${name} in ${format}`);
    }
  }
  expect(unseen).toEqual([]);
});

test('a page may read the answers, or not, as with the real servers', async () => {
  const ask = (path, method, origin) =>
    fetch(server.address + path, { method, headers: { origin, authorization: `Bearer ${key}` } });
  const anyone = await ask('/v1/models', 'GET', 'https://usher.example');
  expect(anyone.headers.get('access-control-allow-origin')).toBe('*');
  const preflight = await ask('/v1/responses', 'OPTIONS', 'https://usher.example');
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
  const local = await ask('/api/tags', 'GET', 'http://localhost:8321');
  expect(local.headers.get('access-control-allow-origin')).toBe('http://localhost:8321');
  expect((await ask('/api/tags', 'GET', 'https://usher.example')).status).toBe(403);
  expect((await ask('/fault/cors-refused/v1/models', 'OPTIONS', 'https://usher.example')).status).toBe(403);
  const silent = await ask('/fault/cors-missing/v1/models', 'GET', 'https://usher.example');
  expect([silent.status, silent.headers.get('access-control-allow-origin')]).toEqual([200, null]);
});
