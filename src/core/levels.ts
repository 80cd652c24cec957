import type { AssuranceLevel, RiskLevel } from './session.js';

/** Assurance levels from the weakest to the strongest; a proof of one is a proof of those before it. */
export const ASSURANCE_LEVELS: readonly AssuranceLevel[] = ['aal1', 'aal2', 'aal3'];

/** Risk levels from the mildest to the gravest. */
export const RISK_LEVELS: readonly RiskLevel[] = ['low', 'medium', 'high'];
