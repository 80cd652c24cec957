import { type Policy, tighten } from 'curfew';
import { createEngine, type Engine, type SessionStore } from 'curfew/engine';
import { type FetchSessions, fetchSessions } from 'curfew/frameworks/fetch';
import { localPath } from 'curfew/http';
import {
  backChannelLogout,
  endSessionUrl,
  isLogoutReturn,
  loginFromClaims,
  logoutState,
  proofFromClaims,
  rememberingSids,
  type SharedValues,
  type Sids,
  sidsIn,
  singleSignOn,
} from 'curfew/oidc';
import { createRemoteJWKSet } from 'jose';
import * as oauth from 'oauth4webapi';

/** What one application needs. */
export interface ApplicationSettings {
  readonly issuer: URL;
  /** Where this application is: `https://mail.example.com`. */
  readonly origin: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** The organisation's policy, which is the ceiling, and the application's own. */
  readonly policies: { readonly organisation: Policy; readonly application: Policy };
  /** The organisation's sessions, and this application's: two prefixes in one Redis. */
  readonly stores: { readonly organisation: SessionStore; readonly application: SessionStore };
  /** What all processes know of the provider's sessions: `redisValues(client)`. */
  readonly values: SharedValues;
  /** For tests: time that moves when told to. */
  readonly clock?: NonNullable<Parameters<typeof createEngine>[0]['clock']>;
}

/** Only for a provider on this machine. */
const INSECURE = { [oauth.allowInsecureRequests]: true };

/** An application of an organisation: its pages, the login at the provider, and every way out. */
export async function application(settings: ApplicationSettings) {
  const { origin, policies, stores, values } = settings;
  const clock = settings.clock === undefined ? {} : { clock: settings.clock };
  const { policy } = tighten(policies.organisation, policies.application);
  const organisation = createEngine({ policy: policies.organisation, store: stores.organisation, ...clock });
  const own = createEngine({ policy, store: stores.application, ...clock });
  const sids = sidsIn(values);
  const engine = singleSignOn({ organisation, application: rememberingSids(own, sids) });

  const sessions = fetchSessions({ engine, pages: { signIn: '/login', stepUp: '/confirm' } });
  const provider = await discovered(settings.issuer);
  const { login, confirm, callback } = loginPages({ settings, engine, sessions, provider });
  const { logout, bye } = logoutPages({ settings, sessions, provider });
  const backChannel = providerLogout({ settings, engines: [engine, organisation], sids, provider });

  const inbox = sessions.protect(async (_request, { session }) => Response.json({ hello: session.subject }));
  const pay = sessions.protect(async () => Response.json({ paid: true }), 'pay');
  const endpoints = sessions.endpoints();

  const pages: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
    '/': inbox,
    '/pay': pay,
    '/login': login,
    '/confirm': confirm,
    '/callback': callback,
    '/logout': logout,
    '/bye': bye,
    '/backchannel': backChannel,
  };
  return {
    origin,
    engine,
    organisation,
    async fetch(request: Request): Promise<Response> {
      const page = pages[new URL(request.url).pathname];
      return (await page?.(request)) ?? (await endpoints(request)) ?? new Response(null, { status: 404 });
    },
    async close() {
      await Promise.all([own.close(), organisation.close()]);
    },
  };
}

interface Parts {
  readonly settings: ApplicationSettings;
  readonly engine: Engine;
  readonly sessions: FetchSessions;
  readonly provider: oauth.AuthorizationServer;
}

async function discovered(issuer: URL): Promise<oauth.AuthorizationServer> {
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...INSECURE });
  return oauth.processDiscoveryResponse(issuer, response);
}

/** What a login has to find again when the person comes back: kept in a cookie of ten minutes. */
interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly askedAt: number;
  readonly returnTo: string;
}

function loginPages({ settings, engine, sessions, provider }: Parts) {
  const { client: known, origin } = settings;
  const client: oauth.Client = { client_id: known.id };
  const redirectUri = `${origin}/callback`;

  /** Sends the person to the provider. It answers at once if they are logged in there, unless `more` says otherwise. */
  async function ask(request: Request, more: Readonly<Record<string, string>>): Promise<Response> {
    const returnTo = localPath(new URL(request.url).searchParams.get('return_to')) ?? '/';
    const pending: Pending = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
      askedAt: engine.now(),
      returnTo,
    };
    const url = new URL(provider.authorization_endpoint ?? '');
    const parameters = {
      client_id: known.id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return redirect(url.href, cookie('login', JSON.stringify(pending), 600));
  }

  /** The provider's word, checked by oauth4webapi: signature, `iss`, `aud`, `exp`, `nonce`. */
  async function claimsOf(request: Request, { state, nonce, verifier }: Pending): Promise<oauth.IDToken> {
    const parameters = oauth.validateAuthResponse(provider, client, new URL(request.url), state);
    const auth = oauth.ClientSecretPost(known.secret);
    const response = await oauth.authorizationCodeGrantRequest(
      provider,
      client,
      auth,
      parameters,
      redirectUri,
      verifier,
      INSECURE,
    );
    const answer = await oauth.processAuthorizationCodeResponse(provider, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    return oauth.getValidatedIdTokenClaims(answer) as oauth.IDToken;
  }

  return {
    login: (request: Request) => ask(request, {}),
    confirm: (request: Request) => ask(request, { max_age: '0' }),
    callback: sessions.open(async (request, session) => {
      const pending = read<Pending>(request, 'login');
      if (pending === null) return redirect('/login');
      const claims = await claimsOf(request, pending).catch(() => null);
      if (claims === null) return new Response('The provider did not log you in.', { status: 403 });
      const before = await session.presented();
      const challenged = before.kind === 'credential' ? await engine.peek(before.which) : null;
      if (challenged?.session && challenged.session.ended === null) {
        const { proof } = proofFromClaims(claims, { session: challenged.session, askedAt: pending.askedAt });
        const answer = proof === null ? null : await session.reauthenticate(proof);
        if (answer?.effect === 'permit') return redirect(pending.returnTo, cookie('login', '', 0));
      }
      const more = typeof claims['organisation'] === 'string' ? { organisation: claims['organisation'] } : {};
      const login = loginFromClaims(claims, { policy: engine.policy(), receivedAt: engine.now(), attributes: more });
      const { effect } = await session.start(login);
      if (effect !== 'permit') return new Response('There is no session.', { status: effect === 'deny' ? 403 : 503 });
      return redirect(pending.returnTo, cookie('login', '', 0));
    }),
  };
}

function logoutPages({ settings, sessions, provider }: Omit<Parts, 'engine'>) {
  const { client, origin } = settings;
  return {
    /** Ends the session here and in the organisation, then sends the browser to the provider to end its own. */
    logout: sessions.open(async (request, session) => {
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
      const ended = await session.end();
      if (ended?.effect === 'indeterminate') return new Response(null, { status: 503 });
      const state = logoutState();
      const url = endSessionUrl({
        endpoint: provider.end_session_endpoint ?? '',
        clientId: client.id,
        postLogoutRedirectUri: `${origin}/bye`,
        state,
      });
      return redirect(url, cookie('logout', JSON.stringify(state), 600));
    }),
    bye: async (request: Request) => {
      const isOurs = isLogoutReturn(request.url, read<string>(request, 'logout'));
      return isOurs ? new Response('You have signed out.') : redirect('/');
    },
  };
}

interface ProviderLogoutParts {
  readonly settings: ApplicationSettings;
  readonly engines: readonly Engine[];
  readonly sids: Sids;
  readonly provider: oauth.AuthorizationServer;
}

/** Ends what the provider says is over. */
function providerLogout({ settings, engines, sids, provider }: ProviderLogoutParts) {
  return backChannelLogout({
    engine: engines,
    issuer: provider.issuer,
    audience: settings.client.id,
    keys: createRemoteJWKSet(new URL(provider.jwks_uri ?? '')),
    sids,
    used: settings.values,
    ...(settings.clock && { clock: settings.clock }),
  });
}

function redirect(to: string, setCookie?: string): Response {
  const headers = new Headers({ location: to, 'cache-control': 'no-store' });
  if (setCookie !== undefined) headers.append('set-cookie', setCookie);
  return new Response(null, { status: 303, headers });
}

function cookie(name: string, value: string, seconds: number): string {
  return `${name}=${encodeURIComponent(value)}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=${seconds}`;
}

function read<Value>(request: Request, name: string): Value | null {
  const pairs = (request.headers.get('cookie') ?? '').split('; ').map((pair) => pair.split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  try {
    return value === undefined ? null : (JSON.parse(decodeURIComponent(value)) as Value);
  } catch {
    return null;
  }
}
