import { byId, type Engine } from 'curfew/engine';
import { type ClientMetadata, type Configuration, interactionPolicy, Provider } from 'oidc-provider';

/** In seconds, as all of oidc-provider counts. */
const HOUR = 3_600;

/** What the provider needs. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly clients: readonly ClientMetadata[];
  /** Keeps the organisation's sessions. */
  readonly organisation: Engine;
  readonly keys: NonNullable<Configuration['jwks']>;
  readonly cookieKeys: readonly string[];
  /** How logout tokens are sent. Default: to public addresses only, so that nobody has the provider call its own. */
  readonly fetch?: NonNullable<Configuration['fetch']>;
}

/**
 * The organisation's provider, made of oidc-provider: each of its own sessions has one of the engine's, whose id every
 * application is told in the ID Token. Once that is over, the provider asks the person again, although its own cookie
 * may be good for days.
 */
export function provider({ issuer, clients, organisation, keys, cookieKeys, fetch }: ProviderSettings): Provider {
  // in production: with the provider's other records, in its adapter
  const organisations = new Map<string, string>();
  const isGood = async (uid: string) => {
    const id = organisations.get(uid);
    return id !== undefined && (await organisation.peek(byId(id))).effect === 'permit';
  };
  /** Whoever gets here without a good one has just logged in: `asked` below saw to it. */
  const organisationOf = async (uid: string, subject: string) => {
    if (!(await isGood(uid))) {
      const started = await organisation.start({ subject });
      if (started.effect !== 'permit') throw new Error('there is no session of the organisation');
      organisations.set(uid, started.session.id);
    }
    return organisations.get(uid);
  };
  const asked = new interactionPolicy.Check('organisation_over', 'the session is over', async (ctx) => {
    const { session, result } = ctx.oidc;
    const isLoggedIn = session?.accountId !== undefined && result?.login === undefined;
    return isLoggedIn && !(await isGood(session.uid));
  });
  const prompts = interactionPolicy.base();
  prompts.get('login')?.checks.add(asked);

  return new Provider(issuer, {
    clients: [...clients],
    jwks: keys,
    cookies: { keys: [...cookieKeys] },
    ...(fetch && { fetch }),
    ttl: { Session: 12 * HOUR, Interaction: HOUR, Grant: 12 * HOUR, AccessToken: HOUR, IdToken: HOUR },
    claims: { openid: ['sub', 'organisation'] },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: false } },
    interactions: { policy: prompts, url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (ctx, accountId, token) => ({
      accountId,
      async claims() {
        const uid = (token as { readonly sessionUid?: string } | undefined)?.sessionUid ?? ctx.oidc.session?.uid;
        return { sub: accountId, organisation: uid === undefined ? undefined : await organisationOf(uid, accountId) };
      },
    }),
    // these applications are the organisation's own: nobody is asked whether they may know who it is
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        ...(oidc.client && { clientId: oidc.client.clientId }),
        ...(oidc.session?.accountId && { accountId: oidc.session.accountId }),
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
}
