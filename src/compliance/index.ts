export {
  type ComplianceException,
  type ComplianceOptions,
  checkCompliance,
} from './check.js';
export { policyDocument } from './document.js';
export type { Finding, FindingStatus } from './finding.js';
export type {
  Force,
  Profile,
  ProfileId,
  Requirement,
  RequirementRule,
  StatedRequirement,
  Verified,
} from './profile.js';
export { PROFILES } from './profiles.js';
export {
  type SarifLog,
  type SarifOptions,
  type SarifResult,
  type SarifRun,
  type TextPosition,
  toSarif,
} from './sarif.js';
export { type ComplianceTable, complianceTable } from './table.js';
