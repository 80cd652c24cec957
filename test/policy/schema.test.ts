import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { REFERENCE } from '../../scripts/policy-reference.js';
import { keysOf } from '../../scripts/policy-schema.js';
import { type PolicyDocument, policyProblems } from '../../src/index.js';
import { policySchema } from '../../src/policy/schema.js';
import { aPolicyDocument } from '../../src/testing/index.js';
import { holds } from '../laws/support.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const published = JSON.parse(readFileSync(`${ROOT}policy.schema.json`, 'utf8'));
const isValid = new Ajv2020({ allowUnionTypes: true, strictTypes: false }).compile(published);

describe('policy.schema.json', () => {
  it('describe every key, and none that is not there', () => {
    const keys = keysOf(z.toJSONSchema(policySchema, { io: 'input', unrepresentable: 'any' }));
    expect([...new Set(keys)].sort()).toEqual(Object.keys(REFERENCE).sort());
  });

  it('accepts what definePolicy accepts', () => {
    holds(
      fc.property(aPolicyDocument(), (document: PolicyDocument) => {
        expect(policyProblems(document)).toEqual([]);
        expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
      }),
      0.1,
    );
  });

  it.each([
    {},
    { id: 'web' },
    { absoluteTimeout: '15 mins' },
    { absoluteTimeout: 0 },
    { idleTimeout: -1 },
    { idelTimeout: '15m' },
    { id: '!' },
    { onIdle: 'logout' },
    { networks: { office: [] } },
    { concurrency: { maxSessions: 0 } },
    { risk: [{ signal: 'Risk', then: 'end' }] },
    { conditions: [{ when: { attention: 'visible' }, idleTimeout: '5m' }] },
  ])('refuses what an editor can see: %j', (part) => {
    const isWhole = 'id' in part || Object.keys(part).length === 0;
    expect(isValid(isWhole ? part : { id: 'web', absoluteTimeout: '8h', ...part })).toBe(false);
  });
});

describe('PolicyDocument', () => {
  it('is what the schema reads: every document of the type is one of the schema, and the other way round', () => {
    const read = (document: z.input<typeof policySchema>): PolicyDocument => document as PolicyDocument;
    expect(read({ id: 'web', absoluteTimeout: '8h' })).toEqual({ id: 'web', absoluteTimeout: '8h' });
  });
});
