import { cursorIn, namesIn } from './cursor.js';

/** The parts of a JSON schema that completion looks at. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

/** Something that may be written. */
export interface Suggestion {
  /** What is shown. */
  readonly label: string;
  /** What replaces the text between `from` and `to`. */
  readonly text: string;
  /** What the schema says about it. */
  readonly about: string;
}

/** What may stand at a place. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

/** What the schema lets somebody write at an offset of a text, however unfinished that text is. */
export function completionAt(schema: Schema, text: string, offset: number): Completion | null {
  const cursor = cursorIn(text, offset);
  if (cursor === null) return null;
  const { path, place, from, to, used } = cursor;
  const around = within(schema, path);
  const suggestions = place === 'key' ? keys(around, used, hasValue(text, to)) : valuesAt(path, text, around);
  return suggestions.length === 0 ? null : { from, to, suggestions: once(suggestions) };
}

/** The schemas that a value at this path may follow. */
function within(schema: Schema, path: readonly (string | number)[]): Schema[] {
  return path.reduce<Schema[]>((schemas, key) => schemas.flatMap((one) => below(one, key)), branches(schema));
}

function below(schema: Schema, key: string | number): Schema[] {
  const { properties = {}, additionalProperties, items } = schema;
  if (typeof key === 'number') return items === undefined ? [] : branches(items);
  if (Object.hasOwn(properties, key)) return branches(properties[key] as Schema);
  return typeof additionalProperties === 'object' ? branches(additionalProperties) : [];
}

/** A schema, and the alternatives that it names. What is said of all of them is said of each. */
function branches(schema: Schema): Schema[] {
  const { anyOf = [], ...rest } = schema;
  return anyOf.length === 0 ? [rest] : [rest, ...anyOf.flatMap(branches)];
}

function keys(schemas: readonly Schema[], used: readonly string[], isValued: boolean): Suggestion[] {
  return schemas.flatMap(({ properties = {} }) =>
    Object.entries(properties)
      .filter(([name]) => !used.includes(name))
      .map(([name, schema]) => ({
        label: name,
        text: isValued ? JSON.stringify(name) : `${JSON.stringify(name)}: ${beginning(schema)}`,
        about: schema.description ?? '',
      })),
  );
}

/** What a value of this schema most likely begins as. */
function beginning(schema: Schema): string {
  const all = branches(schema);
  const shown = all.flatMap(({ examples = [], enum: listed = [] }) => [...examples, ...listed]);
  if (shown.length > 0) return JSON.stringify(shown[0]);
  if (all.some(({ type }) => type === 'object')) return '{}';
  if (all.some(({ type }) => type === 'array')) return '[]';
  if (all.some(({ type }) => type === 'boolean')) return 'true';
  return all.some(({ type }) => type === 'integer') && !all.some(({ type }) => type === 'string') ? '1' : '""';
}

/** Names that the document itself defines are worth more than an example. */
function valuesAt(path: readonly (string | number)[], text: string, schemas: readonly Schema[]): Suggestion[] {
  const [when, network] = path.filter((key) => typeof key === 'string').slice(-2);
  const names = when === 'when' && network === 'network' ? namesIn(text, 'networks') : [];
  if (names.length === 0) return values(schemas);
  return names.map((name) => ({
    ...{ label: JSON.stringify(name), text: JSON.stringify(name) },
    about: `One of the document's \`networks\`.`,
  }));
}

function values(schemas: readonly Schema[]): Suggestion[] {
  const about = schemas.find(({ description }) => description !== undefined)?.description ?? '';
  const written = schemas.flatMap(({ enum: listed = [], const: fixed, examples = [], default: usual, type }) => [
    ...listed,
    ...(fixed === undefined ? [] : [fixed]),
    ...examples,
    ...(usual === undefined ? [] : [usual]),
    ...(type === 'boolean' ? [true, false] : []),
  ]);
  return written.map((value) => ({ label: JSON.stringify(value), text: JSON.stringify(value), about }));
}

function once(suggestions: readonly Suggestion[]): Suggestion[] {
  return [...new Map(suggestions.map((one) => [one.label, one])).values()];
}

/** Whether a key that ends here has its colon already. */
function hasValue(text: string, to: number): boolean {
  return /^\s*:/.test(text.slice(to));
}
