import { curfewError } from '../../core/errors.js';

/** A schema's name may be as long as PostgreSQL allows; a table's leaves room for the names of its indexes. */
const LONGEST = { table: 40, schema: 63 };

/**
 * Lets through what is a plain name in every dialect. It goes into SQL as text, so nothing else may.
 *
 * @throws CurfewError `store_options_invalid`
 */
export function identifier(kind: keyof typeof LONGEST, name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name.length <= LONGEST[kind]) return name;
  const message = `a ${kind} is named by a letter or \`_\`, then letters, digits and \`_\`, at most ${LONGEST[kind]}`;
  throw curfewError('store_options_invalid', `this is no name for a ${kind}`, [
    { path: `/${kind}`, code: 'name_invalid', message },
  ]);
}
