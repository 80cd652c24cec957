import type { SessionEvent } from '../core/event.js';
import type { Facts } from '../core/facts.js';
import type { Rule } from '../core/rule.js';
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

const ON_EVERY_EVENT = without(operation, refresh, revoked);

function without(...rules: readonly BuiltIn[]): readonly BuiltIn[] {
  return BUILT_IN_RULES.filter((rule) => !rules.includes(rule));
}

/** Those of them that can have something to say of a type of event. */
export const RULES_BY_EVENT: Readonly<Record<SessionEvent['type'], readonly BuiltIn[]>> = {
  access: without(refresh, revoked),
  token_refreshed: without(operation, revoked),
  revoked: without(operation, refresh),
  operation_finished: ON_EVERY_EVENT,
  signal: ON_EVERY_EVENT,
  reauthenticated: ON_EVERY_EVENT,
  attributes_changed: ON_EVERY_EVENT,
};
