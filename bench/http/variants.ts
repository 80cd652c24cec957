/** One way to protect a route, in a server process of its own. */
export interface Variant {
  readonly name: string;
  /** The table that it stands in. */
  readonly framework: 'Express' | 'Fastify' | 'Hono';
  /** The file in `servers/`. */
  readonly server: string;
  readonly flags: readonly string[];
}

/** The first of a framework is the session middleware that people use with it today, where there is one. */
export const VARIANTS: readonly Variant[] = [
  variant('Express', 'express-session + connect-redis, rolling', 'express-session'),
  variant('Express', 'iron-session, read only', 'iron-session'),
  variant('Express', 'iron-session, sealed again', 'iron-session', 'resealed'),
  variant('Express', 'better-auth getSession', 'better-auth'),
  variant('Express', 'Curfew', 'express-curfew'),
  variant('Express', 'Curfew, cached', 'express-curfew', 'cached'),
  variant('Fastify', '@fastify/session + connect-redis', 'fastify-session'),
  variant('Fastify', 'a hook that does nothing', 'fastify-nothing'),
  variant('Fastify', 'a hook that works for 4 µs', 'fastify-nothing', 'busy'),
  variant('Fastify', 'Curfew', 'fastify-curfew'),
  variant('Fastify', 'Curfew, cached', 'fastify-curfew', 'cached'),
  variant('Hono', 'Curfew', 'hono-curfew'),
  variant('Hono', 'Curfew, cached', 'hono-curfew', 'cached'),
];

/** Frameworks whose first variant is a peer. */
export const WITH_PEER: readonly Variant['framework'][] = ['Express', 'Fastify'];

function variant(framework: Variant['framework'], name: string, server: string, ...flags: string[]): Variant {
  return { framework, name, server, flags };
}
