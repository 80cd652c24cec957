/** A way to spoil one field: where it is, and what takes its place. */
export interface Damage {
  readonly path: readonly string[];
  readonly value: unknown;
}

const NOT_INSTANTS: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0.5,
  9e15,
  1e300,
  '2026-01-01',
  {},
  [],
  true,
];
const NOT_OBJECTS: readonly unknown[] = [undefined, 0, '', 'text', true, [], Number.NaN];

function each(paths: readonly string[], values: readonly unknown[]): readonly Damage[] {
  return paths.flatMap((path) => values.map((value) => ({ path: path.split('.'), value })));
}

const INSTANTS =
  'createdAt authenticatedAt lastActivityAt recordedAt stamps.idle stamps.absolute stamps.reauthentication';

/** Damage to what a verdict rests on: nobody may be let in with it. */
export const SESSION_DAMAGES: readonly Damage[] = [
  ...each(INSTANTS.split(' '), NOT_INSTANTS),
  ...each(['stamps', 'bound', 'context', 'proofs', 'attributes', 'refresh', 'signals', 'ended', 'lease'], NOT_OBJECTS),
  ...each(['stamps', 'bound', 'context', 'proofs', 'attributes', 'refresh'], [null]),
];

/** Damage to what makes an event one. */
export const EVENT_DAMAGES: readonly Damage[] = [
  ...each(['at'], NOT_INSTANTS),
  ...each(['type'], [...NOT_OBJECTS, null, 'Access', '__proto__', 'constructor', 'toString']),
];

/** A copy with one field spoiled. */
export function damaged(value: object, damages: readonly Damage[], choice: number): object {
  const { path, value: garbage } = damages[choice % damages.length] as Damage;
  return replaced(value, path, garbage);
}

/** A copy with the field at a path replaced. */
export function replaced(value: object, [first = '', ...rest]: readonly string[], garbage: unknown): object {
  const inner = (value as Record<string, unknown>)[first];
  const next = rest.length === 0 ? garbage : replaced(typeof inner === 'object' && inner ? inner : {}, rest, garbage);
  return { ...value, [first]: next };
}
