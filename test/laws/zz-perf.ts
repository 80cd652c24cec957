import { aPolicy } from '../../src/testing/arbitraries/policies.js';
import { aScenario } from '../../src/testing/laws/scenario.js';
import { checkLaw, LAWS } from '../../src/testing/laws.js';
import { evaluate } from '../../src/evaluate.js';
for (const seed of [1,2,3,4]) for (const i of [0, 2,3,4,5,6]) try { checkLaw(LAWS[i]!, evaluate, aScenario(aPolicy()), { runs: 10000, seed }) } catch (e: any) { const t = e.message; console.log(t.slice(0,400)); const j = JSON.parse(t.slice(t.indexOf('{\n'))); console.log(JSON.stringify({p:{...j.policy,networks:0}, l: j.login, e: j.events})); }
