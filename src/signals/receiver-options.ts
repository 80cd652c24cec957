import type { JWTVerifyGetKey } from 'jose';
import { NAME } from '../core/ask.js';
import { curfewError, type Problem } from '../core/errors.js';
import { RISK_LEVELS } from '../core/levels.js';
import { pointerStep } from '../core/pointer.js';
import type { SignalsEngine } from './apply.js';
import type { Authenticator } from './authenticate.js';
import { defaultMapping } from './default-mapping.js';
import type { SignalAction, SignalMapping } from './mapping.js';
import type { SignalsObserver } from './records.js';
import { memorySeen, type SeenEvents } from './seen.js';
import { type SessionDescriber, type SubjectFinder, sessionBySid, subjectsOf } from './targets.js';
import { keyGetter, SET_ALGORITHMS, type SetRules, type TransmitterKeys } from './validate.js';

/** Who sends the events, and how they can be told to be from there. */
export interface TransmitterOptions {
  /** The `iss` of its SETs. */
  readonly issuer: string;
  /** The `aud` that this receiver has in them, or several. */
  readonly audience: string | readonly string[];
  /** Its public keys: a key set, the address of that (`jwks_uri`), or a function of jose's that gets a key. */
  readonly keys: TransmitterKeys;
  /** How SETs may be signed. Default: every asymmetric algorithm of jose's. */
  readonly algorithms?: readonly string[];
  /** `critical_subject_members` of its configuration: a SET with one that is not understood here is refused. */
  readonly criticalSubjectMembers?: readonly string[];
  /** The stream's id: a verification of another one is refused. */
  readonly streamId?: string;
}

/** What a receiver is made of. */
export interface ReceiverOptions {
  readonly engine: SignalsEngine;
  readonly transmitter: TransmitterOptions;
  /** What events lead to; laid over `defaultMapping`, type by type. */
  readonly mapping?: SignalMapping;
  /** Whom a subject identifier means here. Default: `subjectsOf(issuer)`. */
  readonly subjects?: SubjectFinder;
  /** What a session is, member by member, for complex subjects. Default: `sessionBySid`. */
  readonly describe?: SessionDescriber;
  /** The members of complex subjects that `subjects` and `describe` look at. Default: `user` and `session`. */
  readonly members?: readonly string[];
  /** What was applied already. Default: `memorySeen()`; several processes share one of their own. */
  readonly seen?: SeenEvents;
  /** Who may push. Default: whoever has a SET that is signed as it should be. */
  readonly authenticate?: Authenticator;
  /** `interop`: also what the CAEP Interoperability Profile 1.0 asks for, RS256 and a `reason_admin` among it. */
  readonly profile?: 'interop';
  readonly observer?: SignalsObserver;
}

/** Options, read. */
export interface ReceiverParts {
  readonly engine: SignalsEngine;
  readonly rules: SetRules;
  readonly mapping: SignalMapping;
  readonly subjects: SubjectFinder;
  readonly describe: SessionDescriber;
  readonly seen: SeenEvents;
  readonly streamId: string | null;
  readonly observer: SignalsObserver | undefined;
}

/**
 * Reads the options.
 *
 * @throws an error with code `receiver_options_invalid` that names every one that is wrong.
 */
export function receiverParts(options: ReceiverOptions): ReceiverParts {
  const problems = problemsOf(options);
  if (problems.length > 0) throw curfewError('receiver_options_invalid', 'these options make no receiver:', problems);
  const { engine, transmitter, profile, members = ['user', 'session'] } = options;
  const { issuer, audience, algorithms, criticalSubjectMembers = [], streamId = null } = transmitter;
  const isInterop = profile === 'interop';
  return {
    engine,
    rules: {
      issuer,
      audience: typeof audience === 'string' ? [audience] : [...audience],
      getKey: keyGetter(transmitter.keys) as JWTVerifyGetKey,
      algorithms: isInterop ? ['RS256'] : (algorithms ?? SET_ALGORITHMS),
      critical: [...criticalSubjectMembers],
      members: [...members],
      isInterop,
    },
    mapping: { ...defaultMapping, ...options.mapping },
    subjects: options.subjects ?? subjectsOf(issuer),
    describe: options.describe ?? sessionBySid,
    seen: options.seen ?? memorySeen(),
    streamId,
    observer: options.observer,
  };
}

function problemsOf({ engine, transmitter, mapping = {}, ...rest }: ReceiverOptions): Problem[] {
  const problems: Problem[] = [];
  const check = (isFine: boolean, path: string, message: string) => {
    if (!isFine) problems.push({ path, code: 'invalid', message });
  };
  const { issuer, audience, keys, algorithms = [] } = transmitter ?? {};
  check(typeof engine?.signal === 'function' && typeof engine?.list === 'function', '/engine', 'must be an engine');
  check(isName(issuer), '/transmitter/issuer', 'must be the issuer, as its SETs name it');
  const audiences = Array.isArray(audience) ? audience : [audience];
  check(audiences.length > 0 && audiences.every(isName), '/transmitter/audience', 'must name this receiver');
  check(areKeys(keys), '/transmitter/keys', 'must be a key set, its URL, or a function that gets a key');
  const isKnown = algorithms.every((one) => SET_ALGORITHMS.includes(one));
  check(isKnown, '/transmitter/algorithms', `must be some of ${SET_ALGORITHMS.join(', ')}`);
  for (const name of ['subjects', 'describe', 'observer'] as const) {
    check(rest[name] === undefined || typeof rest[name] === 'function', `/${name}`, 'must be a function');
  }
  const { authenticate } = rest;
  const tokens = typeof authenticate === 'function' ? ['-'] : ((authenticate ?? ['-']) as string | readonly string[]);
  const isAsked = (Array.isArray(tokens) ? tokens : [tokens]).every(isName) && tokens.length > 0;
  // a variable of the environment that is not set must not open the door
  const isStated = !('authenticate' in rest) || authenticate !== undefined;
  check(isAsked && isStated, '/authenticate', 'must be a bearer token, several, or a function');
  return [...problems, ...mappingProblems(mapping)];
}

function mappingProblems(mapping: SignalMapping): Problem[] {
  return Object.entries(mapping).flatMap(([type, actions]) => {
    const path = `/mapping/${pointerStep(type)}`;
    const isList = Array.isArray(actions);
    if (!isList) return [{ path, code: 'invalid', message: 'must be a list of actions, empty for none' }];
    return actions.flatMap((action, index) => {
      const message = messageFor(action);
      return message === null ? [] : [{ path: `${path}/${index}`, code: 'invalid', message }];
    });
  });
}

const MEANT: readonly unknown[] = [undefined, 'matching', 'subject', 'others'];

/** What is wrong with an action: one that does nothing would lose revocations without a word. */
function messageFor(action: SignalAction): string | null {
  const { do: what, sessions, when } = action;
  const name = what === 'end' ? action.code : what === 'signal' ? action.signal : 'attributes';
  if (!['end', 'signal', 'attributes'].includes(what) || !NAME.test(name)) {
    return 'must do `end` with a `code`, `signal` with a `signal`, both snake_case, or `attributes`';
  }
  if (!MEANT.includes(sessions)) return 'its `sessions` must be `matching`, `subject` or `others`';
  const isLevel = what !== 'signal' || action.level === undefined || RISK_LEVELS.includes(action.level);
  if (!isLevel) return 'its `level` must be `low`, `medium` or `high`';
  if (what === 'attributes' && !isName(action.from)) return 'its `from` must name what of the event holds them';
  const isCondition = typeof when === 'object' && when !== null && Object.values(when).every(Array.isArray);
  return when === undefined || isCondition ? null : 'its `when` must be a list of values for each member';
}

function areKeys(keys: unknown): boolean {
  if (typeof keys === 'function' || keys instanceof URL) return true;
  return Array.isArray((keys as { keys?: unknown } | null | undefined)?.keys);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 2_048;
}
