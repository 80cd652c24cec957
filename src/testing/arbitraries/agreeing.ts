import type { RiskDocument } from '../../policy/document.js';

/** Risk rules of which those on one comparison mean the same by it: what the first says, the others say too. */
export function agreeing(risk: readonly RiskDocument[]): RiskDocument[] {
  return risk.map(({ missing: _missing, fasterThan: _fasterThan, ...rule }) => {
    const first = risk.find(({ signal }) => signal === rule.signal);
    return {
      ...rule,
      ...(first?.missing !== undefined && { missing: first.missing }),
      ...(first?.fasterThan !== undefined && { fasterThan: first.fasterThan }),
    };
  });
}
