export { aPolicyDocument } from './arbitraries/document.js';
export { anEvent, aTimeline, type TimelineOptions } from './arbitraries/events.js';
export { aDamagedEvent, aDamagedSession, hostileJson, type NearMiss } from './arbitraries/hostile.js';
export { aPolicy } from './arbitraries/policies.js';
export { aLogin, aSession } from './arbitraries/sessions.js';
export { aTighterDocument } from './arbitraries/tighter.js';
export {
  type ContractOperation,
  type ContractResponse,
  type ContractRoute,
  type FrameworkApp,
  type FrameworkCase,
  type FrameworkContractOptions,
  type FrameworkSetup,
  frameworkContract,
} from './framework-contract.js';
export type { Evaluate } from './laws/scenario.js';
export { type CheckOptions, type Law, lawsFor, type PolicyLawsOptions, policyLaws } from './laws.js';
export {
  backwardsClock,
  type ClockShape,
  type ClockShapeOptions,
  driftingClock,
  jumpingClock,
  type ManualClock,
  manualClock,
  steppingClock,
} from './manual-clock.js';
export { referenceEvaluate } from './reference-evaluator.js';
export {
  type StoreCase,
  type StoreContractOptions,
  type StoreFixture,
  storeContract,
} from './store-contract.js';
export {
  checkVectors,
  type ExpectedDecision,
  makeVector,
  type Vector,
  type VectorInput,
  type VectorStep,
} from './vectors.js';
