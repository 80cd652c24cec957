import type { RiskRule } from '../../core/policy.js';
import type { Combination } from './combine.js';
import { innermostFirst, type Layer } from './layers.js';
import { responseOf } from './origins.js';
import type { Excess } from './within-ceiling.js';
import { asWritten, ceilingInWords } from './words.js';

/** Risk rules of the ceiling's that the policy lacks, and comparisons that it makes more mildly. */
export function looseRisks({ layers, risks }: Combination): readonly Excess[] {
  const [own] = innermostFirst(layers) as [Layer];
  const ceiling = ceilingInWords(layers);
  return risks.flatMap(({ rule, by }) => {
    if (!by.includes(own.name)) return [missingRule(rule, own, ceiling)];
    return own.policy.risk
      .filter(({ source }) => source === rule.source)
      .flatMap((said) => milderComparison(said, rule, ceiling));
  });
}

function missingRule(rule: RiskRule, own: Layer, ceiling: string): Excess {
  const said = own.policy.risk.find(({ signal }) => signal === rule.signal);
  const allowed = responseOf(rule);
  const value = said === undefined ? null : responseOf(said);
  const atLeast = rule.atLeast === 'low' ? '' : ` at ${rule.atLeast} or above`;
  const message =
    `${ceiling} answers \`${rule.signal}\`${atLeast} with ${asWritten('', allowed)}, and this policy ` +
    `${said === undefined ? 'does not look at it' : 'does less'}: add a rule that says so`;
  return { path: said === undefined ? '/risk' : said.source, value, allowed, message };
}

function milderComparison(said: RiskRule, inForce: RiskRule, ceiling: string): readonly Excess[] {
  const excess: Excess[] = [];
  if (said.missingIsChanged !== inForce.missingIsChanged) {
    const message = `a field that is missing counts as changed for ${ceiling}: write "missing": "changed"`;
    excess.push({ path: `${said.source}/missing`, value: null, allowed: 'changed', message });
  }
  if (said.fasterThan > inForce.fasterThan) {
    const message = `${ceiling} takes ${inForce.fasterThan} km/h for too fast: write at most that`;
    excess.push({ path: `${said.source}/fasterThan`, value: said.fasterThan, allowed: inForce.fasterThan, message });
  }
  return excess;
}
