// Node, Bun and Deno: the built package as it is published, loaded file by file.
import * as curfew from '../../dist/index.js';
import { attempt } from './attempt.js';

const version = globalThis.Bun?.version ?? globalThis.Deno?.version.deno ?? process.versions.node;
console.log(JSON.stringify({ version, ...(await attempt(curfew)) }));
