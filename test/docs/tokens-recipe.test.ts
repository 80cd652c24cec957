import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { authorizationServer, client, resourceServer } from '../../docs/recipes/tokens.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The name of a form's parameter is no code. */
const PARAMETER = /\b(?:form\.(?:get|has)|missing)\('\w+'\)/g;

it('the page on tokens says what happens', async () => {
  const server = await authorizationServer();
  const login = await server.login('alice');
  expect(login.headers.get('cache-control')).toBe('no-store');
  const first = await login.json();
  expect(first).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) });

  const api = resourceServer(await server.tokens.keySet());
  const ask = (token: string) =>
    api(new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } }));
  expect(await (await ask(first.access_token)).json()).toEqual({ hello: 'alice' });
  expect((await ask(first.refresh_token)).status).toBe(401);

  const app = client(server.fetch, first);
  let sent = 0;
  const counted = client((request) => {
    sent += 1;
    return server.fetch(request);
  }, first);
  await Promise.all([counted.refresh(), counted.refresh(), app.refresh()]);
  expect(sent).toBe(1);
  expect(counted.tokens()?.refresh_token).toBe(app.tokens()?.refresh_token);
  expect(counted.tokens()?.refresh_token).not.toBe(first.refresh_token);

  await server.engine.endAll('alice');
  await app.refresh();
  expect(app.tokens()).toBeNull();
  await server.engine.close();
});

it('names every method and every option that there is', () => {
  const shown = read('docs/tokens.md');
  const source = read('src/tokens/tokens.ts');
  const methods = source
    .slice(source.indexOf('export interface Tokens'), source.indexOf('\n}\n\n/**\n * Makes'))
    .match(/^ {2}\w+(?=\()/gm);
  expect(methods?.length).toBeGreaterThan(7);
  expect(methods?.filter((one) => !shown.includes(`\`${one.trim()}(`))).toEqual([]);
  const options = read('src/tokens/options.ts').match(/(?<=^ {2}readonly )\w+/gm) ?? [];
  expect(options.filter((one) => !shown.includes(`\`${one}\``))).toEqual([]);
});

it('and every code that a refusal can have', () => {
  const shown = read('docs/tokens.md');
  const sources = ['refusals', 'grant', 'client', 'endpoints', 'form', 'tokens'].map((name) =>
    read(`src/tokens/${name}.ts`),
  );
  const codes = sources.flatMap((text) =>
    // a code stands behind no comparison: those are of others' words
    [...text.replace(PARAMETER, '').matchAll(/(?<!=== )'([a-z]+_[a-z_]+)'/g)].map(([, code]) => code as string),
  );
  const unnamed = [...new Set(codes)].filter((code) => !shown.includes(`\`${code}\``));
  expect(unnamed).toEqual([]);
});
