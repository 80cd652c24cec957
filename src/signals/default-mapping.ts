import type { RiskLevel } from '../core/session.js';
import type { ActionCondition, ActionSessions, EndAction, RaiseAction, SignalMapping } from './mapping.js';

const end = (code: string, sessions: ActionSessions = 'subject'): EndAction => ({ do: 'end', sessions, code });
const raise = (signal: string, level: RiskLevel, when?: ActionCondition): RaiseAction =>
  when === undefined ? { do: 'signal', signal, level } : { do: 'signal', signal, level, when };

/**
 * What events lead to unless a team says otherwise. Where the session or the account is over, sessions end; where
 * something about them changed, a signal is raised, and the policy's `risk` says what follows.
 *
 * A mapping of your own is laid over it, type by type: `{ 'risc/credential-compromise': [{ do: 'end', … }] }`.
 *
 * @example
 * defaultMapping['caep/session-revoked']; // => [{ do: 'end', sessions: 'matching', code: 'session_revoked' }]
 */
export const defaultMapping: SignalMapping = {
  'caep/session-revoked': [end('session_revoked', 'matching')],
  'caep/token-claims-change': [{ do: 'attributes', from: 'claims' }, raise('token_claims_change', 'medium')],
  'caep/credential-change': [
    raise('credential_change', 'high', { change_type: ['revoke', 'delete'] }),
    raise('credential_change', 'medium', { change_type: ['update'] }),
    raise('credential_change', 'low', { change_type: ['create'] }),
  ],
  'caep/assurance-level-change': [
    raise('assurance_level_change', 'high', { change_direction: ['decrease'] }),
    raise('assurance_level_change', 'medium', { change_direction: [null] }),
    raise('assurance_level_change', 'low', { change_direction: ['increase'] }),
  ],
  'caep/device-compliance-change': [
    raise('device_compliance_change', 'high', { current_status: ['not-compliant'] }),
    raise('device_compliance_change', 'low', { current_status: ['compliant'] }),
  ],
  'caep/risk-level-change': [
    raise('risk_level', 'high', { current_level: ['HIGH'] }),
    raise('risk_level', 'medium', { current_level: ['MEDIUM'] }),
    raise('risk_level', 'low', { current_level: ['LOW'] }),
  ],
  'caep/session-established': [],
  'caep/session-presented': [],
  'risc/account-credential-change-required': [raise('credential_change_required', 'high')],
  'risc/account-purged': [end('account_purged')],
  'risc/account-disabled': [end('account_disabled')],
  'risc/account-enabled': [],
  'risc/identifier-changed': [raise('identifier_changed', 'medium')],
  // the name belongs to somebody else now: whoever is signed in by it is not the one that it means
  'risc/identifier-recycled': [end('identifier_recycled')],
  'risc/credential-compromise': [raise('credential_compromise', 'high')],
  'risc/opt-in': [],
  'risc/opt-out-initiated': [],
  'risc/opt-out-cancelled': [],
  'risc/opt-out-effective': [],
  'risc/recovery-activated': [raise('recovery_activated', 'high')],
  'risc/recovery-information-changed': [raise('recovery_information_changed', 'medium')],
  // deprecated by RISC 1.0 in favour of caep/session-revoked, and still sent
  'risc/sessions-revoked': [end('session_revoked')],
};
