import type { Answer } from '../engine/answers.js';
import { problem, type Refusal, refusalOf } from './refusal.js';
import type { HeaderLine } from './request.js';
import type { Settings } from './settings.js';

/** A response, to be copied as it is. */
export type EndpointAnswer = Omit<Refusal, 'code'>;

const NO_STORE: readonly HeaderLine[] = [['cache-control', 'no-store']];

/** What ends a session says that it has, or that nobody can tell. */
export function ended(settings: Settings, answer: Answer | null): EndpointAnswer {
  if (answer?.effect === 'indeterminate') return refusalOf(answer, settings.words);
  return { status: 204, headers: NO_STORE, body: '' };
}

export function json(value: object): EndpointAnswer {
  return { status: 200, headers: [['content-type', 'application/json'], ...NO_STORE], body: JSON.stringify(value) };
}

export function notProven({ words }: Settings): Refusal {
  const detail = 'That does not prove who you are. The session is as it was.';
  return problem({ status: 403, title: 'Not proven', detail, code: 'proof_invalid', headers: [] }, words);
}

export function notFound({ words }: Settings): Refusal {
  const detail = 'There is nothing here.';
  return problem({ status: 404, title: 'Not found', detail, code: 'not_found', headers: [] }, words);
}

export function notAllowed({ words }: Settings, methods: readonly string[]): Refusal {
  const allow = methods.join(', ');
  const detail = `Use ${allow}.`;
  const headers: HeaderLine[] = [['allow', allow]];
  return problem({ status: 405, title: 'Method not allowed', detail, code: 'method_not_allowed', headers }, words);
}
