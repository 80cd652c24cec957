import { dirname, relative, resolve } from 'node:path';
import { isCollection, isScalar, parseDocument, visit } from 'yaml';
import { EXIT, failure } from './failure.js';
import { commentsAsYaml, withoutComments } from './json-text.js';
import { type Preset, presetText } from './presets.js';

const SCHEMA = './node_modules/curfew/policy.schema.json';

/** The document of a preset in the form that the name of a file asks for: no other form is read from there again. */
export function presetDocument(preset: Preset, id: string, output: string): string {
  if (output === '-') return presetText(preset, id);
  const text = presetText(preset, id).replace(JSON.stringify(SCHEMA), JSON.stringify(schemaFrom(output)));
  if (/\.jsonc$/i.test(output)) return text;
  if (/\.json$/i.test(output)) return `${JSON.stringify(JSON.parse(withoutComments(text)), null, 2)}\n`;
  if (/\.ya?ml$/i.test(output)) return asYaml(text);
  throw failure(EXIT.usage, `${output}: a policy is a file that ends in .jsonc, .json, .yaml or .yml`);
}

/** An editor looks for the schema from where the document lies, not from where the command ran. */
function schemaFrom(output: string): string {
  const path = relative(dirname(resolve(output)), resolve(SCHEMA)).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** JSON is YAML but for the sign of its comments; what is left is to write it as people write YAML. */
function asYaml(text: string): string {
  const document = parseDocument(commentsAsYaml(text));
  visit(document, (_, node) => {
    if (isCollection(node)) node.flow = false;
    if (isScalar(node)) delete node.type;
  });
  return document.toString({ lineWidth: 0 });
}
