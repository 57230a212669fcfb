// Who may ask, from where, how often and how much.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { webcrypto } from 'node:crypto';

import { startWorker, TOKEN } from './edge.js';

const code = (answer) => `${answer.status} ${answer.json?.error?.code}`;

describe('a worker with tokens', () => {
  let worker;
  before(async () => {
    worker = await startWorker({ USHER_ORIGINS: 'https://admin.example', USHER_MOST_BODY_BYTES: '1000' });
  });
  after(() => worker.stop());

  test('answers who shows a right token, and nobody else', async () => {
    assert.equal((await worker.ask('GET', '/tools')).status, 200);
    assert.equal(code(await worker.ask('GET', '/tools', undefined, { authorization: '' })), '401 no_token');
    for (const wrong of ['Bearer', 'Bearer x', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`]) {
      assert.match(code(await worker.ask('GET', '/tools', undefined, { authorization: wrong })), /^401 (no|wrong)_token/);
    }
  });

  test('serves the page and the bundle to anybody, and tells who is well', async () => {
    const page = await worker.ask('GET', '/', undefined, { authorization: '' });
    assert.match(page.text, /<title>Usher/);
    const manifest = await worker.ask('GET', '/bundle/manifest.json', undefined, { authorization: '' });
    assert.equal(manifest.status, 200);
    assert.equal((await worker.ask('GET', '/health', undefined, { authorization: '' })).status, 200);
    const ready = await worker.ask('GET', '/ready', undefined, { authorization: '' });
    assert.deepEqual([ready.status, ready.json.ready, ready.json.catalogue.ok], [200, true, true]);
  });

  test('lets pages of named origins ask, and no others', async () => {
    const named = await worker.ask('GET', '/tools', undefined, { origin: 'https://admin.example' });
    assert.equal(named.headers.get('access-control-allow-origin'), 'https://admin.example');
    const own = await worker.ask('GET', '/tools', undefined, { origin: worker.address });
    assert.equal(own.status, 200);
    const other = await worker.ask('GET', '/tools', undefined, { origin: 'https://evil.example' });
    assert.equal(code(other), '403 origin_not_allowed');
    assert.equal(other.headers.get('access-control-allow-origin'), null);
    const asked = await worker.ask('OPTIONS', '/mcp', undefined, { origin: 'https://admin.example', authorization: '' });
    assert.equal(asked.status, 204);
    assert.match(asked.headers.get('access-control-allow-headers'), /Authorization/);
    const sdk = await worker.ask('OPTIONS', '/v1/responses', undefined, { origin: 'https://admin.example', authorization: '', 'access-control-request-headers': 'authorization,x-stainless-os' });
    assert.match(sdk.headers.get('access-control-allow-headers'), /x-stainless-os/);
  });

  test('refuses what is too long, malformed or nowhere, in JSON, with a request id and safe headers', async () => {
    const long = JSON.stringify({ query: 'x'.repeat(2_000) });
    const answers = {
      '413 body_too_large': await worker.ask('POST', '/tools/vector_store_search', long),
      '400 malformed_json': await worker.ask('POST', '/tools/item_filter', '{"genres":'),
      '404 unknown_path': await worker.ask('GET', '/v1/embeddings'),
      '404 no_such_file': await worker.ask('GET', '/nothing.html'),
      '405 method_not_allowed': await worker.ask('GET', '/mcp'),
    };
    for (const [expected, answer] of Object.entries(answers)) {
      assert.equal(code(answer), expected);
      assert.match(answer.json.error.message, /\. |\.$/);
      assert.equal(answer.headers.get('x-request-id'), answer.json.error.request_id);
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    }
    assert.equal(answers['405 method_not_allowed'].headers.get('allow'), 'POST, OPTIONS');
  });

  test('refuses a body of 20 MB that does not tell its length', async () => {
    const chunk = new Uint8Array(1 << 20);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent === 20) controller.close(); else { sent += 1; controller.enqueue(chunk); }
      },
    });
    const answer = await fetch(`${worker.address}/tools/item_filter`, {
      method: 'POST', body, duplex: 'half', headers: { authorization: `Bearer ${TOKEN}` },
    });
    assert.equal(answer.status, 413);
    assert.equal((await worker.ask('GET', '/tools')).status, 200);
  });

  test('logs each request, and neither tokens nor what was asked', async () => {
    await worker.ask('POST', '/tools/vector_store_search', { query: 'a secret longing' });
    const { headers } = await worker.ask('GET', '/tools');
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    assert.ok(worker.log().includes(headers.get('x-request-id')));
    assert.match(worker.log(), /"route":"tool","tool":"vector_store_search","who":"tests","status":200/);
    assert.ok(!worker.log().includes(TOKEN));
    assert.ok(!worker.log().includes('secret longing'));
  });
});

test('a worker that was told of nobody answers nobody, and says what to do', async () => {
  const worker = await startWorker({ USHER_TOKENS: '' });
  try {
    const answer = await worker.ask('GET', '/tools');
    assert.equal(code(answer), '503 nobody_may_ask');
    assert.match(answer.json.error.message, /wrangler secret put USHER_TOKENS/);
    assert.equal((await worker.ask('GET', '/health')).status, 200);
  } finally { await worker.stop(); }
});

test('a worker that is open is open on this machine alone', async () => {
  const worker = await startWorker({ USHER_TOKENS: '', USHER_OPEN: 'true' });
  try {
    assert.equal((await worker.ask('GET', '/tools', undefined, { authorization: '' })).status, 200);
    // As a page would ask whose name was made to point here.
    const status = await new Promise((resolve, reject) => {
      request(`${worker.address}/tools`, { headers: { host: 'evil.example' } }, (answer) => { answer.resume(); resolve(answer.statusCode); })
        .on('error', reject).end();
    });
    assert.equal(status, 503);
  } finally { await worker.stop(); }
});

test('a setting that cannot be used is named, without its value', async () => {
  const worker = await startWorker({ USHER_TOKENS: 'a-secret-without-a-name' });
  try {
    const answer = await worker.ask('GET', '/tools');
    assert.equal(code(answer), '503 wrong_setting');
    assert.match(answer.json.error.message, /USHER_TOKENS/);
    assert.ok(!answer.text.includes('a-secret'));
  } finally { await worker.stop(); }
});

test('too many requests are refused until the minute is over, by the worker\'s own count and by the platform\'s', async () => {
  const ratelimits = [{ name: 'RATE', namespace_id: '1001', simple: { limit: 5, period: 60 } }];
  for (const [vars, bindings] of [
    [{ USHER_REQUESTS_A_MINUTE: '5' }, {}],
    [{}, { wrangler: { ratelimits } }],
  ]) {
    const worker = await startWorker(vars, bindings);
    try {
      // A minute may end in between.
      const answers = [];
      for (let n = 0; n < 14; n += 1) answers.push(await worker.ask('GET', '/tools'));
      const refused = answers.filter((answer) => answer.status === 429);
      assert.ok(refused.length >= 2, `${refused.length} were refused`);
      assert.ok(Number(refused[0].headers.get('retry-after')) > 0);
      assert.equal(answers[0].status, 200);
    } finally { await worker.stop(); }
  }
});

describe('a worker behind Cloudflare Access', () => {
  let worker; let keys; let published; let server; let issuer;
  const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const make = async () => webcrypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify'],
  );
  async function token(claims = {}, { key = keys.privateKey, kid = 'k1', alg = 'RS256' } = {}) {
    const now = Math.floor(Date.now() / 1000);
    const content = `${part({ alg, kid })}.${part({ aud: ['films'], iss: issuer, iat: now, nbf: now - 10, exp: now + 60, email: 'ann@films.example', ...claims })}`;
    const signature = await webcrypto.subtle.sign('RSASSA-PKCS1-v1_5', key, Buffer.from(content));
    return `${content}.${Buffer.from(signature).toString('base64url')}`;
  }
  const ask = (jwt) => worker.ask('GET', '/tools', undefined, { authorization: '', 'cf-access-jwt-assertion': jwt });

  before(async () => {
    keys = await make();
    const jwk = async (pair, kid) => ({ ...await webcrypto.subtle.exportKey('jwk', pair.publicKey), kid, alg: 'RS256', use: 'sig' });
    published = [await jwk(keys, 'k1')];
    server = createServer((request, response) => {
      assert.equal(request.url, '/cdn-cgi/access/certs');
      response.end(JSON.stringify({ keys: published, public_certs: [] }));
    });
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    issuer = `http://127.0.0.1:${server.address().port}`;
    worker = await startWorker({ USHER_TOKENS: '', USHER_ACCESS_TEAM: issuer, USHER_ACCESS_AUDIENCE: 'films' });
  });
  after(async () => { await worker.stop(); server.close(); });

  test('answers who signed in, and logs who', async () => {
    assert.equal((await ask(await token())).status, 200);
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    assert.match(worker.log(), /"who":"ann@films.example"/);
  });

  test('refuses what was not signed, not by Access, not for it, or not for now', async () => {
    const stranger = await make();
    const [header, claims] = (await token()).split('.');
    for (const wrong of [
      await token({}, { key: stranger.privateKey }),
      await token({ aud: ['others'] }),
      await token({ exp: 1 }),
      await token({ iss: 'https://evil.example' }),
      `${part({ alg: 'none', kid: 'k1' })}.${claims}.`,
      `${header}.${claims}.`,
      `${header}.${part({ aud: ['films'], iss: issuer, exp: 9e9, email: 'eve' })}.${(await token()).split('.')[2]}`,
      await token({}, { kid: 'unknown' }),
      'x', '..',
    ]) {
      assert.equal(code(await ask(wrong)), '401 wrong_access_token');
    }
  });
});
