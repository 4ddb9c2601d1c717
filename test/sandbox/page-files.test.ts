import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { crawl } from '../support/crawl.ts';
import { start } from '../support/sandbox.ts';

test('the page and all that it loads are served as what they are, and may load nothing from elsewhere', async (t) => {
  const { url } = await start(t);
  const files = await crawl(url);
  assert.ok(['/', '/page/main.js', '/page/page.css', '/page/icon.svg', '/page/lit/lit-html.js'].every((path) => files.has(path)));
  for (const [path, file] of files) {
    assert.equal(file.status, 200, path);
    const type = path.endsWith('.js')
      ? 'text/javascript'
      : path.endsWith('.css')
        ? 'text/css'
        : path.endsWith('.svg')
          ? 'image/svg+xml'
          : 'text/html';
    assert.match(file.headers.get('content-type') ?? '', new RegExp(`^${type.replace('+', '\\+')}(;|$)`), path);
    assert.equal(file.headers.get('content-security-policy'), "default-src 'self'", path);
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(file.headers.get('cache-control'), 'no-cache', path);
    assert.doesNotMatch(file.text, /sourceMappingURL|<style|style=["']|\son[a-z]+=["']/, path);
  }
  assert.doesNotMatch(files.get('/')?.text ?? '', /<script(?![^>]*\ssrc=)/);
});

test('nothing outside the folder of the page is served', async (t) => {
  const { url } = await start(t);
  // fetch() would resolve the dots itself.
  const ask = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request(url, { path, agent: false }, (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end();
    });
  const outside = [
    '../server.js',
    '%2e%2e/server.js',
    '..%2fserver.js',
    'lit/../../server.js',
    '/etc/passwd.js',
    'lit',
    'lit/',
    'main.ts',
    'nothing.js',
  ];
  for (const path of outside) assert.equal(await ask(`/page/${path}`), 404, path);
});

test('what is to be exported for sending here is known to the page, but no key of the user', async (t) => {
  const standard = await start(t);
  assert.deepEqual((await standard.get('/page/account.json')).json, { siteId: 'sandbox-site', apiKey: 'sandbox-key' });
  const own = await start(t, { siteId: 'mine', apiKey: 'my secret' });
  assert.deepEqual((await own.get('/page/account.json')).json, { siteId: 'mine' });
});
