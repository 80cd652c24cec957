import { describe, expect, it } from 'vitest';
import { type AccountCommand, type ProviderCommandOptions, providerCommands } from '../../src/oidc/index.js';
import { aWorld, login, testStore } from '../engine/support.js';
import { aToken, CLIENT, ISSUER, KEYS, posted } from './tokens.js';

function anApplication(options: Partial<ProviderCommandOptions> = {}) {
  const store = testStore();
  const engine = aWorld().engine({ store });
  const { clock } = engine;
  const command = providerCommands({ engine, issuer: ISSUER, audience: CLIENT, keys: KEYS, clock, ...options });
  const send = async (claims: object, header: object = {}) => {
    const token = await aToken({ events: undefined, ...claims }, { typ: 'command+jwt', ...header });
    return command(posted({ command_token: token }));
  };
  const started = async (subject: string, iss = ISSUER) => {
    const { handle } = await login(engine, { subject, attributes: { iss } });
    return async () => (await engine.peek(handle)).session?.ended?.code ?? null;
  };
  return { store, command, send, started };
}

const ACCOUNTS: Pick<ProviderCommandOptions, 'account'> = {
  account: ({ command }: AccountCommand) =>
    ({ suspend: 'suspended', archive: 'archived', delete: 'unknown', reactivate: 'active', invalidate: 'active' })[
      command
    ] ?? null,
};

describe('a command about an account', () => {
  it.each(['invalidate', 'suspend', 'archive', 'delete'])('to %s ends its sessions', async (command) => {
    const { send, started } = anApplication(ACCOUNTS);
    const [alice, bob, other] = [
      await started('alice'),
      await started('bob'),
      await started('alice', 'https://o.example'),
    ];
    const response = await send({ command });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.json()).toMatchObject({ account_state: expect.any(String) });
    expect([await alice(), await bob(), await other()]).toEqual([`provider_${command}`, null, null]);
  });

  it('to do something else leaves sessions alone', async () => {
    const { send, started } = anApplication(ACCOUNTS);
    const alice = await started('alice');
    expect(await (await send({ command: 'reactivate' })).json()).toEqual({ account_state: 'active' });
    const unknown = await send({ command: 'sing' });
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { error: 'unsupported_command' }]);
    expect(await alice()).toBeNull();
  });

  it('hands over what the application needs', async () => {
    const seen: AccountCommand[] = [];
    const { send } = anApplication({
      subjectOf: (sub) => `u-${sub}`,
      account: (command) => {
        seen.push(command);
        return 'suspended';
      },
    });
    await send({ command: 'suspend', tenant: 'acme' });
    expect(seen).toMatchObject([{ command: 'suspend', issuer: ISSUER, subject: 'u-alice', tenant: 'acme' }]);
  });

  it('is not known without accounts, but for invalidate', async () => {
    const { send, started } = anApplication();
    const alice = await started('alice');
    expect((await send({ command: 'suspend' })).status).toBe(400);
    expect(await alice()).toBeNull();
    expect((await send({ command: 'invalidate' })).status).toBe(200);
    expect(await alice()).toBe('provider_invalidate');
  });

  it.each([
    ['the type of a logout', { command: 'invalidate' }, { typ: 'logout+jwt' }],
    ['no type', { command: 'invalidate' }, { typ: undefined }],
    ['a nonce', { command: 'invalidate', nonce: 'n' }, {}],
    ['no command', {}, {}],
    ['no sub', { command: 'invalidate', sub: undefined }, {}],
    ['another audience', { command: 'invalidate', aud: 'other' }, {}],
  ])('with %s is refused', async (_, claims, header) => {
    const { send, started } = anApplication(ACCOUNTS);
    const alice = await started('alice');
    expect((await send(claims, header)).status).toBe(400);
    expect(await alice()).toBeNull();
  });

  it('is refused the second time, and good again after a failure', async () => {
    const { store, command, started } = anApplication();
    const alice = await started('alice');
    const token = await aToken({ events: undefined, command: 'invalidate' }, { typ: 'command+jwt' });
    store.intercept = () => Promise.reject(new Error('away'));
    expect((await command(posted({ command_token: token }))).status).toBe(503);
    store.intercept = null;
    expect((await command(posted({ command_token: token }))).status).toBe(200);
    expect((await command(posted({ command_token: token }))).status).toBe(400);
    expect(await alice()).toBe('provider_invalidate');
  });

  it('is 503 where the application’s own part fails', async () => {
    const { send } = anApplication({ account: () => Promise.reject(new Error('database')) });
    expect((await send({ command: 'suspend' })).status).toBe(503);
  });
});

describe('a command about a tenant', () => {
  it('ends the sessions of each of its subjects', async () => {
    const { send, started } = anApplication({ subjectsOf: (tenant) => (tenant === 'acme' ? ['alice', 'bob'] : []) });
    const [alice, bob, carol] = [await started('alice'), await started('bob'), await started('carol')];
    expect((await send({ command: 'invalidate_tenant', tenant: 'acme', sub: undefined })).status).toBe(200);
    expect([await alice(), await bob(), await carol()]).toEqual(['provider_invalidate', 'provider_invalidate', null]);
  });

  it('is not known where nobody says who they are, and needs a tenant', async () => {
    expect((await anApplication().send({ command: 'invalidate_tenant', tenant: 'acme' })).status).toBe(400);
    expect((await anApplication({ subjectsOf: () => [] }).send({ command: 'suspend_tenant' })).status).toBe(400);
  });
});
