import type { Facts } from '../core/facts.js';
import type { Rule } from '../core/rule.js';
import type { SessionEvent } from '../core/types.js';
import { absolute } from './absolute.js';
import { idle } from './idle.js';
import { operation } from './operation.js';
import { reauthentication } from './reauthentication.js';
import { refresh } from './refresh.js';
import { request } from './request.js';
import { revoked } from './revoked.js';
import { risk } from './risk.js';

type BuiltIn = Rule<null, Facts>;

/** The built-in rules, in the order in which they speak. All of them always run; the order only breaks ties. */
export const BUILT_IN_RULES: readonly BuiltIn[] = [
  absolute,
  idle,
  reauthentication,
  risk,
  operation,
  request,
  refresh,
  revoked,
];

const ON_EVERY_EVENT: readonly BuiltIn[] = [absolute, idle, reauthentication, risk, request];

/** Those of them that can have something to say of a type of event. */
export const RULES_BY_EVENT: Readonly<Record<SessionEvent['type'], readonly BuiltIn[]>> = {
  access: [absolute, idle, reauthentication, risk, operation, request],
  token_refreshed: [...ON_EVERY_EVENT, refresh],
  revoked: [...ON_EVERY_EVENT, revoked],
  operation_finished: ON_EVERY_EVENT,
  signal: ON_EVERY_EVENT,
  reauthenticated: ON_EVERY_EVENT,
  attributes_changed: ON_EVERY_EVENT,
};
