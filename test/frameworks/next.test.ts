import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameworkContract } from '../../src/testing/framework-contract.js';
import { buildNextApp, removeNextApp, run } from './apps/next-files.js';

interface Outcome {
  readonly complaints: Readonly<Record<string, string | null>>;
  readonly elsewhere: readonly unknown[];
}

let outcome: Outcome;

// A real build and a real server; the contract runs in its process.
beforeAll(async () => {
  await buildNextApp();
  const app = fileURLToPath(new URL('apps/next.ts', import.meta.url));
  const out = await run(['--import', 'tsx', app]);
  outcome = JSON.parse(out.trim().split('\n').at(-1) ?? '');
}, 240_000);
afterAll(removeNextApp);

describe('Next 16', () => {
  it.each(frameworkContract({ makeApp: () => Promise.reject() }).map(({ name }) => [name]))('%s', (name) => {
    const told = Object.entries(outcome.complaints).find(([key]) => key.startsWith(name));
    expect(told?.[1]).toBeNull();
  });

  it('a server component knows who it is, and a proxy protects what lies behind it, and a redirect brings its cookie', () => {
    const login = '/login?reason=credential_missing&return_to=%2Fproxied';
    expect(outcome.elsewhere).toEqual([
      { status: 200, who: 'nobody', location: null, hasStatus: false },
      { status: 303, who: null, location: login, hasStatus: false },
      { status: 200, who: 'alice', location: null, hasStatus: false },
      { status: 404, who: null, location: null, hasStatus: true },
      { status: 307, who: null, location: '/account', hasStatus: true },
      { status: 200, who: 'alice', location: null, hasStatus: false },
    ]);
  });
});
