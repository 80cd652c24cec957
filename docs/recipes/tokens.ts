import { definePolicy } from 'curfew';
import { createEngine } from 'curfew/engine';
import { memoryStore } from 'curfew/stores/memory';
import { accessTokenVerifier, createTokens } from 'curfew/tokens';
import { exportJWK, generateKeyPair } from 'jose';

const ISSUER = 'https://auth.example.com';
const API = 'https://api.example.com';

/** Made once, and kept where secrets are kept; shown here so that the recipe runs. */
async function keysAndSecrets() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const signingKeys = [{ kid: '2026-11', alg: 'ES256', privateKey: await exportJWK(privateKey) }] as const;
  const refreshSecrets = [crypto.getRandomValues(new Uint8Array(32))];
  return { signingKeys, refreshSecrets };
}

/** The authorization server: sessions, and tokens over them. */
export async function authorizationServer() {
  const policy = definePolicy({
    id: 'mobile',
    idleTimeout: '30m',
    absoluteTimeout: '12h',
    tokens: { accessLifetime: '10m', refreshGrace: '10s' },
  });
  const engine = createEngine({ policy, store: memoryStore() });
  const tokens = createTokens({ engine, issuer: ISSUER, audience: API, clientId: 'app', ...(await keysAndSecrets()) });

  return {
    engine,
    tokens,
    /** After you checked who it is. */
    async login(subject: string) {
      const started = await engine.start({ subject });
      if (started.effect !== 'permit') return new Response(null, { status: 503 });
      const issued = await tokens.issue(started.session);
      const headers = { 'cache-control': 'no-store' };
      return issued.effect === 'permit'
        ? Response.json(issued.response, { headers })
        : Response.json(issued.body, { status: issued.status, headers });
    },
    /** `POST /token`, `/revoke`, `/introspect`, and the public keys. */
    async fetch(request: Request) {
      return (await tokens.handle(request)) ?? new Response(null, { status: 404 });
    },
  };
}

/** The resource server: it has the public keys, and asks nobody. */
export function resourceServer(keys: Parameters<typeof accessTokenVerifier>[0]['keys']) {
  const verify = accessTokenVerifier({ issuer: ISSUER, audience: API, keys });
  return async (request: Request) => {
    const token = request.headers.get('authorization')?.replace(/^Bearer /i, '') ?? '';
    const claims = await verify(token);
    if (claims !== null) return Response.json({ hello: claims.sub });
    return new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  };
}

/** The client: one refresh at a time, and nothing is forgotten that may still be good. */
export function client(send: (request: Request) => Promise<Response>, first: { refresh_token: string }) {
  let current: { refresh_token: string } | null = first;
  let refreshing: Promise<unknown> | null = null;
  const refresh = async () => {
    const sent = current?.refresh_token ?? '';
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: sent, client_id: 'app' });
    const response = await send(new Request(`${ISSUER}/token`, { method: 'POST', body }));
    const answer = await response.json();
    // 503 and 409: keep what there is. 503 may be tried again at once, 409 means that another request has got tokens
    if (response.ok) current = answer;
    else if (answer.ended === true && current?.refresh_token === sent) current = null;
  };
  return {
    refresh() {
      refreshing ??= refresh().finally(() => {
        refreshing = null;
      });
      return refreshing;
    },
    tokens: () => current,
  };
}
