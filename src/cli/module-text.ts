import type { Policy } from '../core/policy.js';

const FREEZE = `const freeze = (value) => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
};`;

/**
 * The text of an ES module whose default export is a policy: frozen data, no imports, no parser.
 *
 * @param source the name of the file that it was made from
 */
export function moduleText(policy: Policy, source: string): string {
  return `${notice(source)}\n\n${FREEZE}\n\nexport default freeze(${literal(policy, '')});\n`;
}

/** The text of the module's types: the policy's operations are a union, so that an unknown one does not compile. */
export function typesText(policy: Policy, source: string): string {
  const names = Object.keys(policy.operations).map((name) => JSON.stringify(name));
  const operations = names.length === 0 ? 'never' : names.join(' | ');
  return [
    notice(source),
    '',
    "import type { Policy } from 'curfew';",
    '',
    `declare const policy: Policy<${operations}>;`,
    'export default policy;',
    '',
  ].join('\n');
}

function notice(source: string): string {
  // only the last part of the path, and nothing in it that would end the comment
  const name = (source.split(/[\\/]/).at(-1) as string).replace(/[\r\n\u2028\u2029]/g, ' ');
  return `// Made by \`curfew compile\` from ${name}. Change that file, and compile again.`;
}

function literal(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value) ? value.map((one) => literal(one, inner)) : members(value, inner);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const line = `${open}${items.join(', ')}${close}`;
  if (items.length === 0 || (Array.isArray(value) && line.length < 80 && !line.includes('\n'))) return line;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close}`;
}

function members(value: object, indent: string): string[] {
  return Object.entries(value).map(([key, one]) => `${keyText(key)}: ${literal(one, indent)}`);
}

function keyText(key: string): string {
  // unquoted or quoted, this key would set the object's prototype
  if (key === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
