import type { EndpointOptions, HttpOptions } from '../http/index.js';
import { ADMITTING } from './framework-contract/admitting.js';
import type { FrameworkCapability, FrameworkCaseDefinition } from './framework-contract/case.js';
import { DECIDING } from './framework-contract/deciding.js';
import { ENDPOINTS } from './framework-contract/endpoints.js';
import { FAULTS } from './framework-contract/faults.js';
import { MARKING } from './framework-contract/marking.js';
import { REFUSING } from './framework-contract/refusing.js';
import type { ContractOperation, ContractRoute } from './framework-contract/routes.js';
import { onSite } from './framework-contract/site.js';

export type { ContractOperation, ContractResponse, ContractRoute } from './framework-contract/routes.js';

/** What an app of the contract is made from. */
export interface FrameworkSetup {
  /** For your adapter. */
  readonly options: HttpOptions<ContractOperation>;
  /** For your adapter's endpoints, which lie at `/session`. */
  readonly endpoints: EndpointOptions;
  /** What to mount, each behind the guards that it asks for. HEAD is answered as GET. */
  readonly routes: readonly ContractRoute[];
}

/** An app that listens. */
export interface FrameworkApp {
  /** `http://127.0.0.1:49152` */
  readonly url: string;
  close(): Promise<void>;
}

/** What `frameworkContract` is told about an adapter. */
export interface FrameworkContractOptions {
  /**
   * Makes an app and has it listen; called for every case. Its error handling answers 500, and the routes' answers are
   * copied with the means of the framework. If something can run before the guards, have it set the cookie `app=1`.
   */
  makeApp(setup: FrameworkSetup): Promise<FrameworkApp>;
  /** What such an app cannot do, and why. Its cases stay in the list, named `not applicable`. */
  readonly without?: Readonly<Partial<Record<FrameworkCapability, string>>>;
}

/** One promise of an adapter, for any test runner. */
export interface FrameworkCase {
  /** For the name of a test; the reason included where the case does not apply. */
  readonly name: string;
  /** Why the case does not apply, or `null`. */
  readonly notApplicable: string | null;
  /** Makes an app, tries it, closes it; rejects with what is wrong. */
  run(): Promise<void>;
}

const CASES: readonly FrameworkCaseDefinition[] = [
  ...ADMITTING,
  ...REFUSING,
  ...DECIDING,
  ...MARKING,
  ...ENDPOINTS,
  ...FAULTS,
];

/**
 * Everything that Curfew asks of a framework adapter, as a list of cases for any test runner. They talk to the app over
 * HTTP; time is the contract's own, and nothing waits. It needs Node's `node:http`.
 *
 * @example
 * const cases = frameworkContract({ makeApp: async () => ({ url: 'http://127.0.0.1:8080', close: async () => {} }) });
 * cases.length > 40; // => true
 */
export function frameworkContract(options: FrameworkContractOptions): readonly FrameworkCase[] {
  return CASES.map((definition) => {
    const { needs, name, run } = definition;
    const notApplicable = needs === undefined ? null : (options.without?.[needs] ?? null);
    if (notApplicable !== null) {
      return { name: `${name} (not applicable: ${notApplicable})`, notApplicable, run: async () => undefined };
    }
    return { name, notApplicable, run: () => onSite(options, definition.options ?? {}, run) };
  });
}
