/** The lock files name versions and hashes, never a host: whoever installs uses the registry of their own choosing. */
import { readFileSync } from 'node:fs';

const LOCKS = [
  'package-lock.json',
  'test/runtimes/package-lock.json',
  'bench/package-lock.json',
  'site/package-lock.json',
];

interface Lock {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly version?: string }>>;
}

const named = LOCKS.flatMap((path) => {
  const { packages } = JSON.parse(readFileSync(path, 'utf8')) as Lock;
  const entries = Object.entries(packages);
  return entries.flatMap(([name, { resolved, version = '' }]) => {
    const address = resolved ?? (version.includes('://') ? version : undefined);
    return address === undefined ? [] : [`${path}: ${name} comes from ${address}`];
  });
});

if (named.length > 0) {
  console.error(`${named.join('\n')}\n\`npm install\` with omit-lockfile-registry-resolved (.npmrc) leaves these out`);
  process.exitCode = 1;
}
