import { parseArgs } from 'node:util';
import { decisionTables, type Table } from './decide.js';
import type { Engine } from './population.js';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '31' } } });

// the package as it is published; a constant, so that the types come from the source
const built = new URL('../dist/index.js', import.meta.url).href;
const tables = await decisionTables((await import(built)) as Engine, Number(values.rounds));

if (values.json) console.log(JSON.stringify(tables, null, 2));
else for (const one of tables) print(one);

function print({ title, rows }: Table): void {
  const [first] = rows;
  console.log(`${title.padEnd(60)} ratio        ns     bytes`);
  for (const { name, nanoseconds, bytes } of rows) {
    const ratio = first === undefined ? Number.NaN : nanoseconds / first.nanoseconds;
    const columns = [ratio.toFixed(ratio < 100 ? 2 : 0), nanoseconds.toFixed(0), bytes.toFixed(0)];
    console.log(`  ${name.padEnd(56)}${columns.map((text) => text.padStart(8)).join('  ')}`);
  }
  console.log('');
}
