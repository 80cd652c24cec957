import type { Profile, Requirement } from '../../src/compliance/index.js';
import { formatDuration } from '../../src/index.js';

type LimitRequirement = Extract<Requirement, { kind: 'limit' }>;

/** The row of a profile in docs/compliance.md. */
export function profileRow(profile: Profile): string {
  const { id, standard, version, section, appliesTo, verified } = profile;
  const cells = [`\`${id}\``, `${standard} ${version}, ${section}`, appliesTo];
  return `| ${[...cells, limitCell(profile, 'idleTimeout'), limitCell(profile, 'absoluteTimeout'), verified].join(' | ')} |`;
}

function limitCell({ requirements }: Profile, name: LimitRequirement['limit']): string {
  const limits = requirements.filter((one): one is LimitRequirement => one.kind === 'limit' && one.limit === name);
  const cells = limits.map(({ most, force, words, verified }) => {
    const size = most === null ? 'any' : formatDuration(most);
    return `${size} ${force}${words === force ? '' : ` (${words})`}${verified === undefined ? '' : `, ${verified}`}`;
  });
  return [...new Set(cells)].join('; ') || '-';
}
