import { done, refusal, tryAgain } from './answers.js';
import type { ProviderEndpoint } from './back-channel.js';
import { isText } from './claims.js';
import { endMeant, type SessionEnder } from './ending.js';
import { readParameter } from './form.js';
import { LEEWAY, type ProviderOptions, type ProviderTokenClaims, providerTokenReader } from './provider-token.js';
import { isUsed, noteUse } from './used.js';
import { memoryValues, type SharedValues } from './values.js';

/** A command about one account, as a provider sends it. */
export interface AccountCommand {
  /** `suspend`, `archive`, `delete`, `invalidate`, `reactivate` ... */
  readonly command: string;
  readonly issuer: string;
  /** What you call the person. */
  readonly subject: string;
  readonly tenant: string | null;
  /** Every claim of the command's token. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** How a provider's commands are received. */
export interface ProviderCommandOptions extends ProviderOptions {
  readonly engine: SessionEnder | readonly SessionEnder[];
  /** Which tokens were used. Default: in memory. */
  readonly used?: SharedValues;
  /** What you call the person whom the provider calls `sub`. Default: the same. */
  readonly subjectOf?: (sub: string) => string | null | Promise<string | null>;
  /**
   * Does to the account what is commanded, and says in which state it is then: `active`, `suspended`, `archived`,
   * `unknown`; `null` for a command that you do not know. It is asked after the sessions have ended. Default: accounts
   * are left alone, and only `invalidate` is known.
   */
  readonly account?: (command: AccountCommand) => string | null | Promise<string | null>;
  /** The subjects of a tenant, for the commands about a whole one. Default: those are not known. */
  readonly subjectsOf?: (tenant: string) => Iterable<string> | AsyncIterable<string>;
}

/** Which commands take away what a session stands on; the others leave sessions alone. */
const ENDING = new Set(['invalidate', 'suspend', 'archive', 'delete']);
const TENANT = /^(invalidate|suspend|archive|delete)_tenant$/;
const TYPE = { typ: 'command+jwt', isUntypedAccepted: false };

/**
 * The endpoint for OpenID Provider Commands 1.0, as draft 02 of the OpenID Foundation has it: not a final standard yet.
 *
 * `invalidate`, `suspend`, `archive` and `delete` end every session of the account that this provider logged in, with
 * codes such as `provider_suspend`; `invalidate_tenant` and its like do so for a tenant. What becomes of the account
 * itself is yours to do, in `account`. Answers as `backChannelLogout` does, and `unsupported_command` where nobody
 * knows the command.
 *
 * @throws an error with code `oidc_options_invalid` that names every option that is wrong.
 * @example
 * const command = providerCommands({ engine, issuer, audience: 'web', keys: { keys: [] } });
 * const body = new URLSearchParams({ command_token: 'no token' });
 * (await command(new Request('https://app.example.com/command', { method: 'POST', body }))).status; // => 400
 */
export function providerCommands(options: ProviderCommandOptions): ProviderEndpoint {
  const read = providerTokenReader(options);
  const used = options.used ?? memoryValues({ ...(options.clock && { clock: options.clock }) });
  return async (request) => {
    const form = await readParameter(request, 'command_token');
    if (form.refused !== null) return refusal(form.refused, form.status);
    try {
      const token = await read(form.value, TYPE);
      if (token.refused !== null) return refusal(token.refused);
      if (await isUsed(used, token.claims)) return refusal('the token has been used');
      const response = await carriedOut(options, token.claims);
      if (response.ok) await noteUse(used, token.claims, options.clockLeeway ?? LEEWAY);
      return response;
    } catch {
      return tryAgain();
    }
  };
}

async function carriedOut(options: ProviderCommandOptions, claims: ProviderTokenClaims): Promise<Response> {
  const { command } = claims;
  if (!isText(command)) return refusal('command is missing');
  const onTenant = TENANT.exec(command)?.[1];
  if (onTenant !== undefined) return tenantCommand(options, claims, onTenant);
  return accountCommand(options, claims, command);
}

async function accountCommand(options: ProviderCommandOptions, claims: ProviderTokenClaims, command: string) {
  const { iss: issuer, sub } = claims;
  if (!isText(sub)) return refusal('sub is missing');
  const isKnown = command === 'invalidate' || options.account !== undefined;
  if (!isKnown) return unsupported();
  const { subjectOf = (name: string) => name } = options;
  const subject = await subjectOf(sub);
  if (subject === null) return done({ account_state: 'unknown' });
  if (ENDING.has(command) && !(await isEnded(options, issuer, subject, command))) return tryAgain();
  const tenant = isText(claims['tenant']) ? claims['tenant'] : null;
  if (options.account === undefined) return done();
  const state = await options.account({ command, issuer, subject, tenant, claims });
  return state === null ? unsupported() : done({ account_state: state });
}

async function tenantCommand(options: ProviderCommandOptions, claims: ProviderTokenClaims, command: string) {
  const { iss: issuer, tenant } = claims;
  if (!isText(tenant)) return refusal('tenant is missing');
  if (options.subjectsOf === undefined) return unsupported();
  let isDone = true;
  for await (const subject of options.subjectsOf(tenant)) {
    if (!(await isEnded(options, issuer, subject, command))) isDone = false;
  }
  return isDone ? done() : tryAgain();
}

function isEnded({ engine }: ProviderCommandOptions, issuer: string, subject: string, command: string) {
  const engines = Array.isArray(engine) ? engine : [engine];
  return endMeant(engines, { issuer, subject, sid: null }, { code: `provider_${command}`, by: issuer });
}

function unsupported(): Response {
  return refusal('this command is not known here', 400, 'unsupported_command');
}
