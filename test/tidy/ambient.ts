import ts from 'typescript';
import { lineOf, type Source, visit } from './source.js';

/** The doors: what may touch the clock, the timers and the process, because everybody else is handed what they need. */
const DOORS = ['time/clock.ts', 'time/timer.ts', 'engine/secrets.ts', 'http/warning.ts'];

const GLOBALS = new Set([
  ...[
    'performance',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'process',
    'fetch',
    'crypto',
    'globalThis',
    'console',
  ],
]);
const MEMBERS = new Set(['Date.now', 'Math.random', 'Temporal.Now']);
/** These answer in the time zone or the language of the machine. */
const LOCAL =
  /^(?:toLocale(?:Date|Time)?String|(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds)|getTimezoneOffset)$/;

/** Reads of the clock, of chance, of the environment or of the network, where a decision could depend on them. */
export function ambientProblems(source: Source): string[] {
  if (DOORS.includes(source.path) || source.path.startsWith('cli/')) return [];
  const problems: string[] = [];
  visit(source.tree, (node) => {
    const name = ambientNameOf(node);
    if (name === null) return;
    problems.push(
      `src/${source.path}:${lineOf(source, node)} uses \`${name}\`: it must be an argument (src/time and src/cli alone may)`,
    );
  });
  return problems;
}

function ambientNameOf(node: ts.Node): string | null {
  if (ts.isNewExpression(node)) return isDate(node.expression) && noArguments(node) ? 'new Date()' : null;
  if (ts.isCallExpression(node)) return isDate(node.expression) ? 'Date()' : null;
  if (ts.isPropertyAccessExpression(node)) return ambientMemberOf(node);
  if (ts.isIdentifier(node) && GLOBALS.has(node.text) && isReference(node)) return node.text;
  return null;
}

function ambientMemberOf(node: ts.PropertyAccessExpression): string | null {
  const name = node.name.text;
  if (LOCAL.test(name)) return `.${name}`;
  const member = ts.isIdentifier(node.expression) ? `${node.expression.text}.${name}` : '';
  return MEMBERS.has(member) ? member : null;
}

function isDate(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === 'Date';
}

function noArguments(node: ts.NewExpression): boolean {
  return node.arguments === undefined || node.arguments.length === 0;
}

/** Whether the name stands for the global, not for a property or a type that happens to be called the same. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false;
  const named = parent as { readonly name?: ts.Node; readonly propertyName?: ts.Node };
  return named.name !== node && named.propertyName !== node;
}
