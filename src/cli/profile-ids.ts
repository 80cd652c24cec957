import type { ProfileId } from '../compliance/profile.js';
import { PROFILES } from '../compliance/profiles.js';
import { nearest } from '../policy/nearest.js';
import { EXIT, failure } from './failure.js';

const IDS = Object.keys(PROFILES) as readonly ProfileId[];

/** Profiles by their ids. Of those that there are not, all are told at once, each with what may have been meant. */
export function profileIds(typed: readonly string[]): readonly ProfileId[] {
  const unknown = typed.filter((id) => !Object.hasOwn(PROFILES, id));
  if (unknown.length === 0) return typed as readonly ProfileId[];
  throw failure(EXIT.usage, unknown.map((id) => `\`${id}\` is not a profile; ${adviceFor(id)}`).join('\n'));
}

function adviceFor(typed: string): string {
  const holding = IDS.filter((id) => id.includes(typed.toLowerCase()));
  if (holding.length > 0) return `${holding.join(', ')}${holding.length === 1 ? ' is' : ' are'}`;
  const letters = (id: string) => id.replace(/[^a-z0-9]/g, '');
  const near = nearest(typed, IDS.map(letters));
  const meant = IDS.find((id) => letters(id) === near);
  return meant === undefined ? 'curfew check --list-profiles shows which are' : `did you mean \`${meant}\`?`;
}
