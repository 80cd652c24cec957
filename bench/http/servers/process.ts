/** What a server process is told on its command line. */
export interface ServerOptions {
  readonly redisUrl: string;
  /** What of the variant is switched on, such as `cached`. */
  readonly flags: readonly string[];
  /** Has this done at the end of each run of requests, as a part of it. */
  atEnd(work: () => Promise<unknown>): void;
}

/** What a server has used since it began. */
export interface Usage {
  readonly cpuMicroseconds: number;
  /** The part of it that was not spent in the kernel. */
  readonly userMicroseconds: number;
  readonly residentBytes: number;
}

/** The lifetimes of every variant's sessions, in milliseconds. */
export const IDLE_TIMEOUT = 15 * 60_000;
export const ABSOLUTE_TIMEOUT = 8 * 3_600_000;
export const SECRET = 'a secret of the benchmark, long enough for all of them';

/** Starts the server of this process, tells the parent its port, and answers what the parent asks until it is gone. */
export async function serve(listen: (options: ServerOptions) => Promise<number>): Promise<void> {
  const [, , redisUrl = '', ...flags] = process.argv;
  const works: (() => Promise<unknown>)[] = [];
  process.on('disconnect', () => process.exit());
  process.on('message', async () => {
    for (const work of works) await work();
    process.send?.(usage());
  });
  process.send?.(await listen({ redisUrl, flags, atEnd: (work) => works.push(work) }));
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, userMicroseconds: user, residentBytes: process.memoryUsage().rss };
}
