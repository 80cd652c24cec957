import type { IncomingMessage } from 'node:http';
import type { Permit } from '../core/decision.js';
import type { Answer } from '../engine/answers.js';
import type { Engine } from '../engine/engine.js';
import type { Access } from '../engine/requests.js';
import { activityOf, attentionOf } from '../http/activity.js';
import { malformedRequest, nothingPresented, type Refusal, refusalOf } from '../http/refusal.js';
import type { HeaderLine, HttpRequest } from '../http/request.js';
import type { Settings } from '../http/settings.js';
import { plainly, statusOf } from '../http/status.js';
import { statusHeader } from '../http/status-header.js';
import { NEVER } from '../time/instant.js';
import { requestOf } from './message.js';
import { originalOf, type ProxyKind } from './original.js';
import { type Reply, refused } from './reply.js';
import type { Demand } from './routes.js';
import type { TrustedPeer } from './trusted-peer.js';

/** What forward authentication goes by. */
export interface Forwarding {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly proxy: ProxyKind;
  readonly isTrusted: TrustedPeer;
  readonly demandOf: (original: { readonly method: string; readonly url: string }) => Demand;
  /** For how long a proxy may keep a permit, in whole seconds; 0 for not at all. */
  readonly keepPermits: number;
}

const SECOND = 1_000;

/** Answers a proxy: 200 lets the request through, anything else does not. */
export async function forwardAuth(forwarding: Forwarding, message: IncomingMessage): Promise<Reply> {
  const { engine, settings, proxy } = forwarding;
  if (!forwarding.isTrusted(message.socket)) return untrusted();
  const original = originalOf(proxy, message);
  if (original === null) return untold();
  const demand = forwarding.demandOf(original);
  if (demand === 'ambiguous') return ambiguous();
  const request = requestOf(message, original);
  const presented = await settings.presentedBy(request);
  if (presented.kind === 'none') return refusal(proxy, nothingPresented(settings.words));
  if (presented.kind === 'malformed') return refusal(proxy, malformedRequest(presented.detail, settings.words));
  const answer = await engine.access(presented.which, accessOf(settings, request, demand.operation));
  if (answer.effect !== 'permit') return refusal(proxy, refusalOf(answer, settings.words));
  return permitted(forwarding, request, answer, demand.operation !== null);
}

function accessOf(settings: Settings, request: HttpRequest, operation: string | null): Access {
  const access: { -readonly [Key in keyof Access]: Access[Key] } = {
    activity: activityOf(request, settings.activity),
    context: settings.contextOf(request),
  };
  const attention = attentionOf(request);
  if (attention !== undefined) access.attention = attention;
  if (operation !== null) access.operation = operation;
  return access;
}

function permitted(
  { engine, settings, keepPermits }: Forwarding,
  request: HttpRequest,
  answer: Permit,
  isForOperation: boolean,
): Reply {
  const { session, until } = answer;
  const now = engine.now();
  const headers: HeaderLine[] = [
    ['cache-control', 'no-store'],
    ['x-curfew-subject', headerText(session.subject)],
    ['x-curfew-session', session.id],
  ];
  if (until !== NEVER) headers.push(['x-curfew-remaining', String(Math.floor(Math.max(0, until - now) / SECOND))]);
  if (settings.statusHeader) {
    const plain: Answer = isForOperation ? plainly(engine, answer, settings.contextOf(request)) : answer;
    headers.push(['curfew-session', statusHeader(statusOf(engine, plain))]);
  }
  // a proxy counts whole seconds, and one of them may have begun a moment ago
  const mayKeep = keepPermits > 0 && !isForOperation && until - now >= (keepPermits + 1) * SECOND;
  if (mayKeep) headers.push(['x-accel-expires', String(keepPermits)]);
  return { status: 200, headers, body: '' };
}

/** A subject may be any text; what a header cannot hold is percent-encoded, and `%` itself. */
export function headerText(text: string): string {
  return /^[!-$&-~]*$/.test(text) ? text : encodeURIComponent(text);
}

/** nginx knows 401 and 403, and makes a 500 of anything else: a credential that is none is answered as a bad one. */
function refusal(proxy: ProxyKind, { status, headers, body, code }: Refusal): Reply {
  const answered = proxy === 'nginx' && status === 400 ? 401 : status;
  return { status: answered, headers: [...headers, ['curfew-code', code]], body };
}

function untrusted(): Reply {
  const detail = 'Only a proxy of `trustProxies` may ask here: this connection comes from none of them.';
  return refused(403, 'proxy_untrusted', detail, { headers: [['curfew-code', 'proxy_untrusted']] });
}

/** No 401, which would send people to log in: whoever runs the proxy has to mend its configuration. */
function untold(): Reply {
  const detail = 'The proxy did not say what was asked of it: see docs/gateway.md for the headers that it has to set.';
  return refused(400, 'original_missing', detail);
}

function ambiguous(): Reply {
  const detail = 'This path can be read in several ways, which ask for different things. Send it in its plain form.';
  return refused(403, 'route_ambiguous', detail, { headers: [['curfew-code', 'route_ambiguous']] });
}
