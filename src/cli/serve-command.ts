import process from 'node:process';
import { createGateway, type Gateway } from '../server/index.js';
import { systemTimers } from '../time/timer.js';
import { type Commands, collected, printJson } from './command.js';
import { EXIT, failure, isFailure } from './failure.js';
import { shownConfig } from './serve-check.js';
import type { ServeFlags } from './serve-config.js';
import { type ServeLog, serveLog } from './serve-log.js';
import { planServe, type ServePlan } from './serve-plan.js';
import { watchPolicy } from './serve-policy.js';
import { type Served, tellChangedSettings } from './serve-reload.js';
import { openServeStore, type ServeStore } from './serve-store.js';
import type { Terminal } from './terminal.js';

type Planned = Extract<ServePlan, { readonly config: unknown }>;

/** Adds `curfew serve`. */
export function addServe({ program, terminal, result }: Commands): void {
  program
    .command('serve')
    .summary('enforce a policy for services in any language, through their proxy or over HTTP')
    .description(
      'Runs the gateway: forward authentication for nginx, Envoy and Traefik, AuthZEN, sessions, revocation. ' +
        'What is typed counts before the environment (CURFEW_POLICY, CURFEW_STORE), and that before the file.',
    )
    .option('-c, --config <file>', 'settings: JSON, JSONC or YAML; or in CURFEW_CONFIG')
    .option('-p, --policy <file>', 'the policy: JSON, JSONC or YAML; read again when it changes, and at SIGHUP')
    .option('--store <address>', 'memory:, sqlite:sessions.db, postgres://, mysql:// or redis://; or in CURFEW_STORE')
    .option('--host <address>', 'where to listen; another than 127.0.0.1 needs a key')
    .option('--port <number>', 'default 7447')
    .option('--proxy <kind>', 'which proxy asks: nginx, envoy or traefik')
    .option('--trust-proxy <range>', 'a proxy that is believed; may be repeated; default: this machine', collected)
    .option('--open-metrics', '/metrics needs no key')
    .option('--log-decisions <which>', 'all, refused or none')
    .option('--check', 'print what would be served, without secrets, and end')
    .action(async (flags: ServeFlags) => {
      result.exitCode = await serve(terminal, flags);
    });
}

async function serve(terminal: Terminal, flags: ServeFlags): Promise<number> {
  const plan = await planServe(flags, terminal.env);
  if ('problems' in plan) {
    const count = plan.problems.length === 1 ? 'one problem' : `${plan.problems.length} problems`;
    throw failure(EXIT.usage, `nothing can be served: ${count}\n\n  ${plan.problems.join('\n  ')}\n`);
  }
  if (flags.check === true) {
    printJson(terminal, shownConfig(plan.config, plan.options, plan.placeOf));
    return EXIT.fine;
  }
  const log = serveLog(terminal);
  const live = await opened(plan, log);
  try {
    const { config, options } = plan;
    return await running(plan, live, log, { config, keys: options.keys ?? [], flags, env: terminal.env });
  } finally {
    await live.close().catch(() => undefined);
  }
}

async function opened({ config }: Planned, log: ServeLog): Promise<ServeStore> {
  const onError = oftenAtMost((code: string) => log({ level: 'error', event: 'store_connection', code }));
  const { table, prefix, migrate = false } = config;
  try {
    return await openServeStore(config.store, { table, prefix, migrate, onError });
  } catch (error) {
    if (isFailure(error)) throw error;
    // what a driver says may hold the address, and with it the password
    const { code = 'no answer' } = error as { readonly code?: string };
    throw failure(EXIT.failed, `the store cannot be opened: ${code}`);
  }
}

async function running(
  { config, options }: Planned,
  { store }: ServeStore,
  log: ServeLog,
  served: Served,
): Promise<number> {
  const warn = (message: string) => log({ level: 'warn', event: 'unmarked_activity', hint: message });
  const gateway = createGateway({ ...options, store, log, warn });
  const { host, port } = await listening(gateway);
  const { fingerprint: policy } = gateway.engine.policy();
  const keys = (options.keys ?? []).map(({ name }) => name);
  const watched = watchPolicy(config.policy, gateway, log);
  const onHangUp = () => {
    void watched.reload();
    void tellChangedSettings(served, log);
  };
  process.on('SIGHUP', onHangUp);
  const ending = asked();
  // last: whoever reads it may send signals
  log({ level: 'info', event: 'listening', host, port, policy, proxy: options.proxy ?? 'nginx', keys });
  const signal = await ending;
  log({ level: 'info', event: 'closing', signal });
  watched.close();
  const isWritten = await gateway.close();
  process.off('SIGHUP', onHangUp);
  log({ level: isWritten ? 'info' : 'error', event: 'closed', isWritten });
  return isWritten ? EXIT.fine : EXIT.failed;
}

async function listening(gateway: Gateway) {
  try {
    return await gateway.listen();
  } catch (error) {
    const {
      code = '',
      address,
      port,
    } = error as NodeJS.ErrnoException & { readonly address?: string; readonly port?: number };
    await gateway.close();
    const where = address === undefined ? 'there' : `on ${address}, port ${port}`;
    if (code !== 'EADDRINUSE') throw failure(EXIT.failed, `nobody can listen ${where}: ${code}`);
    throw failure(EXIT.failed, `somebody else listens ${where}: --port says another`);
  }
}

/** Waits to be told to end. The second time it ends at once. */
function asked(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(EXIT.interrupted));
        resolve(signal);
      });
    }
  });
}

/** A connection that is down fails many times a second: once in a while will do. */
function oftenAtMost(tell: (code: string) => void, every = 60_000): (code: string) => void {
  let isQuiet = false;
  return (code) => {
    if (isQuiet) return;
    isQuiet = true;
    systemTimers.after(every, () => {
      isQuiet = false;
    });
    tell(code);
  };
}
