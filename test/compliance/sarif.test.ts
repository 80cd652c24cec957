import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCompliance, PROFILES, type ProfileId, type SarifRun, toSarif } from '../../src/compliance/index.js';
import { definePolicy } from '../../src/index.js';
import { aPolicyDocument } from '../../src/testing/index.js';

const text = { type: 'string', minLength: 1 };
const bag = { type: 'object', properties: { tags: { type: 'array', items: text, uniqueItems: true } } };
const object = (required: readonly string[], properties: object) => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});
const message = object(['text'], { text });
const level = { enum: ['none', 'note', 'warning', 'error'] };

/** The parts of SARIF 2.1.0 that Curfew writes, written from the specification; a name that it does not know is wrong. */
const LOG = object(['version', 'runs'], {
  $schema: { type: 'string', pattern: '^https://' },
  version: { const: '2.1.0' },
  runs: {
    type: 'array',
    items: object(['tool'], {
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      properties: bag,
      tool: object(['driver'], {
        driver: object(['name'], {
          name: text,
          version: text,
          rules: {
            type: 'array',
            uniqueItems: true,
            items: object(['id'], {
              id: text,
              shortDescription: message,
              fullDescription: message,
              help: message,
              defaultConfiguration: object([], { level }),
              properties: bag,
            }),
          },
        }),
      }),
      results: {
        type: 'array',
        items: object(['message'], {
          ruleId: text,
          ruleIndex: { type: 'integer', minimum: 0 },
          level,
          message,
          locations: {
            type: 'array',
            items: object([], {
              physicalLocation: object(['artifactLocation'], {
                artifactLocation: object(['uri'], {
                  uri: { type: 'string', pattern: "^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$" },
                }),
                region: object(['startLine'], {
                  startLine: { type: 'integer', minimum: 1 },
                  startColumn: { type: 'integer', minimum: 1 },
                }),
              }),
              logicalLocations: {
                type: 'array',
                items: object([], { fullyQualifiedName: { type: 'string' }, kind: text }),
              },
            }),
          },
          partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
          suppressions: {
            type: 'array',
            items: object(['kind'], {
              kind: { enum: ['inSource', 'external'] },
              status: { enum: ['accepted', 'underReview', 'rejected'] },
              justification: text,
            }),
          },
        }),
      },
    }),
  },
});

const validate = new Ajv({ allErrors: true }).compile(LOG);
const ALL = Object.keys(PROFILES) as ProfileId[];
const policy = definePolicy({ id: 'web', idleTimeout: '30m', absoluteTimeout: '8h' });
const findings = checkCompliance(policy, ['pci-dss-4.0.1', 'owasp-smcs-high', 'gdpr-32']);

describe('a SARIF log', () => {
  it('is one, whatever the findings', () => {
    fc.assert(
      fc.property(aPolicyDocument(), fc.string(), (document, name) => {
        const told = checkCompliance(definePolicy(document), ALL);
        const log = JSON.parse(JSON.stringify(toSarif(told, { uri: `policies/${name}.json` })));
        validate(log);
        expect(validate.errors ?? []).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('tells what fails and what warns, and counts the rest', () => {
    const [run] = toSarif(findings, { uri: 'policy.json', version: '1.2.3' }).runs;
    expect(run?.results.map(({ ruleId, level: one }) => `${ruleId} ${one}`)).toEqual([
      'pci-dss-4.0.1/8.2.8/idle error',
      'owasp-smcs-high/idle timeout/idle warning',
    ]);
    expect(run?.properties).toEqual({ pass: 3, fail: 1, warn: 1, no_figure: 1, not_checkable: 0 });
    expect(run?.tool.driver).toMatchObject({ name: 'curfew', version: '1.2.3' });
    expect(run?.results[0]?.message.text).toBe(
      'PCI DSS 4.0.1, 8.2.8 (SHALL (required); figure: secondary page): the idle limit can be 30m, where 15m is the most; ' +
        'read on a page about the standard, not in it. To satisfy it: write "15m" or less at /idleTimeout.',
    );
  });

  it('has for each result the rule that its index names', () => {
    const everything = checkCompliance(definePolicy({ id: 'open', absoluteTimeout: 'unlimited' }), ALL);
    const [run] = toSarif(everything, { uri: 'policy.json' }).runs;
    const { rules } = (run as SarifRun).tool.driver as { rules: { id: string }[] };
    expect(run?.results.length).toBeGreaterThan(30);
    expect(run?.results.filter(({ ruleId, ruleIndex }) => rules[ruleIndex]?.id !== ruleId)).toEqual([]);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  it('has one rule for one text: what a control asks of the idle and of the absolute limit are two', () => {
    const open = definePolicy({ id: 'open', idleTimeout: '2h', absoluteTimeout: 'unlimited', onIdle: 'lock' });
    const [run] = toSarif(checkCompliance(open, ALL), { uri: 'policy.json' }).runs;
    const { rules } = (run as SarifRun).tool.driver as { rules: { id: string; shortDescription: { text: string } }[] };
    const ids = run?.results.map(({ ruleId }) => ruleId) ?? [];
    expect(ids).toContain('nist-63b-4-aal2/2.2.3/idle');
    expect(ids).toContain('nist-63b-4-aal2/2.2.3/absolute');
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(rules.find(({ id }) => id === 'nist-63b-4-aal2/2.2.3/idle')?.shortDescription.text).toMatch(/at most 1h/);
  });

  it('points at the line, or at the nearest place around what is missing', () => {
    const lines: Record<string, number> = { '': 1, '/reauthentication': 4, '/idleTimeout': 3 };
    const locate = (path: string) => (lines[path] === undefined ? null : { line: lines[path], column: 3 });
    const told = checkCompliance(policy, ['pci-dss-4.0.1', 'nist-63b-4-aal3', 'wcag-2.2.1']);
    const regions = toSarif(told, { uri: 'a b\\policy.json', locate }).runs[0]?.results.map(
      ({ locations }) => locations[0],
    );
    const at = (startLine: number) => ({
      physicalLocation: { artifactLocation: { uri: 'a%20b/policy.json' }, region: { startLine, startColumn: 3 } },
    });
    expect(regions).toMatchObject([at(3), at(3), at(4), at(1), at(1)]);
  });

  it('suppresses what somebody answers for', () => {
    const exceptions = [{ profile: 'pci-dss-4.0.1', control: '8.2.8', reason: 'a kiosk' }];
    const [run] = toSarif(checkCompliance(policy, ['pci-dss-4.0.1'], { exceptions }), { uri: 'policy.json' }).runs;
    expect(run?.results[0]).toMatchObject({ suppressions: [{ status: 'accepted', justification: 'a kiosk' }] });
  });
});
