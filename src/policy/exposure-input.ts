import { curfewError, type Problem } from '../core/errors.js';
import { type Duration, parseDuration } from '../time/duration.js';
import type { DurationText } from './document.js';

const HANDLE_GRACE = 10_000;

/** How a policy is run, as far as the policy cannot say. Everything is optional: what is left out adds nothing. */
export interface Deployment {
  /** Whether somebody accepts access tokens without asking the engine. Default false. */
  readonly accessTokens?: boolean;
  /** What those who verify access tokens add to `exp`. Curfew's own verifier adds nothing. Default 0. */
  readonly verifierLeeway?: DurationText;
  /** How long sessions in memory are trusted: `engine.exposure().revocation`. Default 0, every request asks. */
  readonly cacheTrustedFor?: DurationText;
  /** How long an open connection goes on, once nothing is heard of the engine any more. Default 0, there is none. */
  readonly pushSilence?: DurationText;
  /** How long the old handle is accepted after a rotation: the engine's `handleGrace`. Default 10 s. */
  readonly handleGrace?: DurationText;
}

/** The four questions that `exposure` answers. */
export type ExposureQuestion = 'stolenSession' | 'stolenAccessToken' | 'revokedSession' | 'unattendedDevice';

/** What each answer may be at most. A question that is left out has no limit. */
export type ExposureBudget = { readonly [Question in ExposureQuestion]?: DurationText };

/** A deployment, every default written out. */
export type Run = Required<{ readonly [Key in keyof Deployment]: Key extends 'accessTokens' ? boolean : Duration }>;

const QUESTIONS = ['stolenSession', 'stolenAccessToken', 'revokedSession', 'unattendedDevice'] as const;
const DURATIONS = ['verifierLeeway', 'cacheTrustedFor', 'pushSilence', 'handleGrace'] as const;

/** A deployment and a budget, read. */
export interface ReadExposure {
  readonly run: Run;
  readonly most: Readonly<Record<ExposureQuestion, Duration | null>>;
}

/**
 * Reads a deployment and a budget.
 *
 * @throws an error with code `exposure_invalid` that names everything that is wrong.
 */
export function readExposure(deployment: Deployment, budget: ExposureBudget): ReadExposure {
  const problems: Problem[] = [
    ...unknownKeys(deployment, ['accessTokens', ...DURATIONS], '/deployment'),
    ...unknownKeys(budget, QUESTIONS, '/budget'),
  ];
  const duration = (path: string, text: DurationText | undefined): Duration | null => {
    const value = text === undefined ? null : parseDuration(text);
    const message = 'is not a duration: write "15m", "PT15M" or whole milliseconds';
    if (text !== undefined && value === null) problems.push({ path, code: 'duration_invalid', message });
    return value;
  };
  const part = (name: (typeof DURATIONS)[number]) => duration(`/deployment/${name}`, deployment[name]);
  const run: Run = {
    accessTokens: deployment.accessTokens === true,
    verifierLeeway: part('verifierLeeway') ?? 0,
    cacheTrustedFor: part('cacheTrustedFor') ?? 0,
    pushSilence: part('pushSilence') ?? 0,
    handleGrace: part('handleGrace') ?? HANDLE_GRACE,
  };
  const most = Object.fromEntries(QUESTIONS.map((name) => [name, duration(`/budget/${name}`, budget[name])]));
  if (problems.length > 0) throw curfewError('exposure_invalid', 'these are no figures to reckon with:', problems);
  return { run, most: most as ReadExposure['most'] };
}

function unknownKeys(value: object, known: readonly string[], path: string): Problem[] {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  const message = `is not known here: write ${known.join(', ')}`;
  return unknown.map((key) => ({ path: `${path}/${key}`, code: 'key_unknown', message }));
}
