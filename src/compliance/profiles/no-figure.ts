import type { Profile, ProfileId, Verified } from '../profile.js';

interface NoFigure {
  readonly standard: string;
  readonly version: string;
  readonly section: string;
  readonly verified: Verified;
  readonly says: string;
}

function noFigure(id: ProfileId, { says, ...source }: NoFigure): Profile {
  return {
    id,
    ...source,
    appliesTo: 'everybody under it',
    requirements: [{ kind: 'no_figure', control: source.section, force: 'MAY', words: 'no numeric limit', says }],
    notes: [],
  };
}

/** What sets no figure, whatever is sold as one: neither passed nor failed. */
export const NO_FIGURE = {
  'iso-27001-a.8.5': noFigure('iso-27001-a.8.5', {
    standard: 'ISO/IEC 27001',
    version: '2022',
    section: 'A.8.5',
    verified: 'memory',
    says: 'the text of 27002 asks to end inactive sessions, and names no time',
  }),
  'soc-2-cc6.1': noFigure('soc-2-cc6.1', {
    standard: 'SOC 2',
    version: 'trust services criteria',
    section: 'CC6.1',
    verified: 'memory',
    says: 'the auditor looks at the limit that you chose',
  }),
  'gdpr-32': noFigure('gdpr-32', {
    standard: 'GDPR',
    version: 'Regulation (EU) 2016/679',
    section: 'Article 32',
    verified: 'memory',
    says: 'measures must fit the risk',
  }),
  ffiec: noFigure('ffiec', {
    standard: 'FFIEC authentication guidance',
    version: '2021',
    section: 'user time-out mechanisms',
    verified: 'secondary',
    says: 'time-outs are named, and no time is: the 15 minutes that vendors cite were not found',
  }),
  'nydfs-500': noFigure('nydfs-500', {
    standard: 'NYDFS 23 NYCRR 500',
    version: '(version not stated)',
    section: '500.14',
    verified: 'memory',
    says: 'the time-out that vendors cite from 500.14(b) was not found',
  }),
} as const;
