import { definePolicy } from 'curfew';
import { createEngine, type SessionStore } from 'curfew/engine';
import {
  createReceiver,
  createTransmitter,
  type SeenEvents,
  type SignalMapping,
  type SignalsObserver,
  ssfConfiguration,
  ssfKeySet,
} from 'curfew/signals';
import { memoryStore } from 'curfew/stores/memory';
import { generateKeyPair } from 'jose';

const IDP = 'https://idp.example.com';
const APP = 'https://app.example.com';

/** What follows from a signal is the policy's to say. */
const policy = definePolicy({
  id: 'app',
  idleTimeout: '15m',
  absoluteTimeout: '8h',
  risk: [
    { signal: 'credential_change', atLeast: 'medium', then: 'challenge' },
    { signal: 'risk_level', atLeast: 'high', then: 'end' },
    { signal: 'risk_level', atLeast: 'medium', then: 'challenge' },
    { signal: 'device_compliance_change', atLeast: 'high', then: 'challenge' },
  ],
});

/** What this team does otherwise: a password that has leaked ends everything. */
const mapping: SignalMapping = {
  'risc/credential-compromise': [{ do: 'end', sessions: 'subject', code: 'credential_compromise' }],
};

/** The parts that differ between a test and production. */
export interface Surroundings {
  readonly store?: SessionStore;
  readonly seen?: SeenEvents;
  readonly observer?: SignalsObserver;
}

/** The application: it receives. */
export function application(jwks: URL, { store = memoryStore(), ...options }: Surroundings = {}) {
  const engine = createEngine({ policy, store });
  const receiver = createReceiver({
    engine,
    transmitter: { issuer: IDP, audience: APP, keys: jwks },
    mapping,
    authenticate: 'agreed-on-token',
    ...options,
  });
  return {
    engine,
    receiver,
    /** After the login at the provider: `sub` and `sid` are claims of its ID token. */
    login: (sub: string, sid: string) => engine.start({ subject: sub, attributes: { sid } }),
    async fetch(request: Request) {
      return new URL(request.url).pathname === '/events' ? receiver.push(request) : new Response(null, { status: 404 });
    },
  };
}

/** The identity provider: its sessions are in an engine too, and it transmits what becomes of them. */
export async function provider(endpoint: string, { store = memoryStore(), observer }: Surroundings = {}) {
  // made once, and kept where secrets are kept; shown here so that the recipe runs
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const transmitter = createTransmitter({
    issuer: IDP,
    signingKey: { kid: '2026-11', alg: 'RS256', privateKey },
    streams: [
      {
        id: 'app',
        audience: APP,
        events: ['caep/session-revoked'],
        delivery: { method: 'push', endpoint, authorization: 'Bearer agreed-on-token' },
      },
      { id: 'reports', audience: `${APP}/reports`, delivery: { method: 'poll', authenticate: 'another-token' } },
    ],
    fetch,
    ...(observer !== undefined && { observer }),
  });
  const engine = createEngine({ policy, store, observer: transmitter.observer });
  return {
    engine,
    transmitter,
    async fetch(request: Request) {
      switch (new URL(request.url).pathname) {
        case '/.well-known/ssf-configuration':
          return Response.json(ssfConfiguration({ issuer: IDP, jwksUri: `${IDP}/jwks.json` }));
        case '/jwks.json':
          return Response.json(await ssfKeySet([{ kid: '2026-11', alg: 'RS256', key: publicKey }]));
        case '/poll/reports':
          return transmitter.poll('reports', request);
        default:
          return new Response(null, { status: 404 });
      }
    },
  };
}
