import type { TokenRefusal } from './answers.js';
import { type Form, invalid } from './form.js';
import { isClientId, type TokenOptions } from './options.js';
import { refused } from './refusals.js';

/** Who sends a request. */
export interface Client {
  readonly clientId: string;
  /** It only said its name, as an app in a browser does: it may not introspect. Default false: it proved who it is. */
  readonly isPublic?: boolean;
}

/**
 * Finds out which client sends a request: checks its secret, its assertion, its certificate. `null` refuses it with
 * `invalid_client`. The body was read already: it is `form`.
 */
export type ClientAuthenticator = (request: Request, form: Form) => Client | null | Promise<Client | null>;

/** Which client sends this, or why nobody can tell (RFC 6749 sections 2.3 and 3.2.1). */
export async function clientOf(options: TokenOptions, request: Request, form: Form): Promise<Client | TokenRefusal> {
  const { authenticateClient, clientId: only } = options;
  if (authenticateClient !== undefined) {
    const client = await authenticateClient(request, form);
    return client !== null && isClientId(client?.clientId) ? client : unknownClient();
  }
  // credentials that nobody checks are not to be taken for good ones
  const isProving = request.headers.has('authorization') || form.has('client_secret') || form.has('client_assertion');
  const clientId = form.get('client_id') ?? only;
  if (isProving) return unknownClient();
  if (clientId === undefined) return invalid('The parameter client_id is missing.');
  return (only === undefined || clientId === only) && isClientId(clientId)
    ? { clientId, isPublic: true }
    : unknownClient();
}

/** The same, whatever was wrong. */
export function unknownClient(): TokenRefusal {
  return refused(401, 'invalid_client', 'client_unknown', 'This client is not known here, or did not prove who it is.');
}
