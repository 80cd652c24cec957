import type { ReasonCode } from '../core/reason.js';

/** Something that keeps the engine from telling. Thrown inside it only: the answer outside is `indeterminate`. */
export interface Fault extends Error {
  readonly fault: ReasonCode;
}

/** Makes a fault, with what caused it. */
export function fault(code: ReasonCode, cause?: unknown): Fault {
  return Object.assign(new Error(`the engine cannot tell: ${code}`, { cause }), { fault: code });
}

/** The code of a fault; whatever else a store throws means that it did not answer. */
export function faultCode(error: unknown): ReasonCode {
  return typeof error === 'object' && error !== null && 'fault' in error ? String(error.fault) : 'store_unavailable';
}
