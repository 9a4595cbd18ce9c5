import { describe, expect, it } from 'vitest';
import { desk, ORIGIN } from './desk.ts';

const SAVE = { path: '_shared/brand.yaml', text: 'x', was: '', back: '/studio' };

describe('the studio', () => {
  it('lets pages load nothing inline and nothing from elsewhere', async () => {
    const answer = await desk().get('/studio');
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-inline');
    const text = await answer.text();
    expect(text).not.toMatch(/<style|<script(?! type="module" src=)|\sstyle=|\son\w+=/);
  });

  it('gives each answer another nonce', async () => {
    const { get } = desk();
    const nonce = async () =>
      /'nonce-([^']+)'/.exec(
        (await get('/studio')).headers.get('content-security-policy') ?? '',
      )?.[1];
    const [one, two] = [await nonce(), await nonce()];
    expect(one).toMatch(/\w{10}/);
    expect(one).not.toBe(two);
  });

  it('serves script and sheet by the hash of their content, for ever', async () => {
    const { get } = desk();
    const text = await (await get('/studio')).text();
    const paths = [...text.matchAll(/"(\/studio\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(paths).toHaveLength(2);
    for (const path of paths) {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
    expect((await get('/studio/assets/studio-0.js')).status).toBe(404);
  });

  it('answers to no name but this machine', async () => {
    const answer = await desk().get('/studio', { host: 'studio.evil.example' });
    expect(answer.status).toBe(403);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://localhost:9999' }],
    ['a frame without origin', { origin: 'null' }],
    ['a link from elsewhere', { 'sec-fetch-site': 'cross-site' }],
    ['another application of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('takes no change from %s', async (_, headers) => {
    const { post, deps } = desk();
    const before = await deps.workspace.files();
    expect((await post('/studio/save', SAVE, headers)).status).toBe(403);
    expect(await deps.workspace.files()).toEqual(before);
  });

  it('takes no change without the token of a page, and says that nothing is lost', async () => {
    const { app, post } = desk();
    const stale = await post('/studio/save', { ...SAVE, token: 'of-yesterday' });
    expect(stale.status).toBe(403);
    expect(await stale.text()).toContain('what you wrote is still there');
    const json = await app.request(`${ORIGIN}/studio/save`, {
      method: 'POST',
      headers: { host: 'localhost:4000', 'content-type': 'application/json' },
      body: JSON.stringify(SAVE),
    });
    expect(json.status).toBe(403);
  });
});
