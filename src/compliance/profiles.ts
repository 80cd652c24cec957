import type { Profile, ProfileId } from './profile.js';
import { GOVERNMENT } from './profiles/government.js';
import { INDUSTRY } from './profiles/industry.js';
import { NIST } from './profiles/nist.js';
import { NO_FIGURE } from './profiles/no-figure.js';
import { OWASP } from './profiles/owasp.js';
import { OWN } from './profiles/own.js';

/**
 * Every profile that Curfew knows, by id: what published standards ask of session limits, with the force that they give
 * it and how the figure was read. docs/compliance.md lists them.
 *
 * @example
 * PROFILES['pci-dss-4.0.1'].section; // => '8.2.8'
 */
export const PROFILES: Readonly<Record<ProfileId, Profile>> = {
  ...NIST,
  ...GOVERNMENT,
  ...INDUSTRY,
  ...OWASP,
  ...NO_FIGURE,
  ...OWN,
};
