import type { EngineOptions } from '../../src/engine/index.js';
import type { PolicyDocument } from '../../src/index.js';
import { createJobs, type Grant, type GrantRequest, type Jobs, type JobsOptions } from '../../src/jobs/index.js';
import { aWorld, login, policyWith, type TestEngine, type World } from '../engine/support.js';
import { type WatchingStore, watchingStore } from '../engine/watching-store.js';

export interface JobsScene {
  readonly world: World;
  readonly store: WatchingStore;
  /** The people's engine, and the one of the jobs. */
  readonly people: TestEngine;
  readonly keeper: TestEngine;
  readonly jobs: Jobs;
  /** A login and a grant for a job of its. */
  queued(
    request?: Partial<GrantRequest>,
  ): Promise<{ readonly handle: string; readonly id: string; readonly grant: Grant }>;
  /** Another process: engines and jobs of its own over the same store. */
  another(): { readonly people: TestEngine; readonly jobs: Jobs };
}

export interface SceneOptions {
  readonly people?: Partial<PolicyDocument>;
  readonly grants?: Partial<PolicyDocument>;
  readonly jobs?: Partial<JobsOptions>;
  readonly engine?: Partial<EngineOptions>;
}

/** People and their jobs over one store, in a world whose time moves only when told to. */
export async function jobsScene(options: SceneOptions = {}): Promise<JobsScene> {
  const world = aWorld();
  const store = watchingStore();
  const process = () => {
    const people = world.engine({ store, policy: policyWith(options.people), ...options.engine });
    const policy = policyWith({ id: 'jobs', idleTimeout: 'unlimited', absoluteTimeout: '12h', ...options.grants });
    const keeper = world.engine({ store, policy });
    const jobs = createJobs({ engine: keeper, sessions: people, timers: world.timers, ...options.jobs });
    return { people, keeper, jobs };
  };
  const first = process();
  await world.settle();
  return {
    world,
    store,
    ...first,
    another: process,
    async queued(request = {}) {
      const { handle, session } = await login(first.people);
      return { handle, id: session.id, grant: await granted(first.jobs, session, request) };
    },
  };
}

/** A grant that must be given. */
export async function granted(
  jobs: Jobs,
  session: { readonly id: string },
  request: Partial<GrantRequest> = {},
): Promise<Grant> {
  const answer = await jobs.grant(session, { job: 'report', ...request });
  if (answer.effect !== 'permit') throw new Error(`no grant: ${answer.reasons[0]?.code}`);
  return answer.grant;
}

/** What a check says, in one line: `pause reauthentication_due of the session`. */
export const told = ({
  reasons,
  ...rest
}: {
  readonly verdict?: string;
  readonly outcome?: string;
  readonly reasons?: readonly { readonly code: string; readonly of: string }[];
}): string =>
  [rest.verdict ?? rest.outcome, ...(reasons ?? []).map(({ code, of }) => `${code} of the ${of}`)].join(', ');
