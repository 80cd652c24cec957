import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const SENTENCE = /\S \S/;

/**
 * Leaves sentences for people alone: their wording is not behaviour. A code, a key or a name has no blank in it and is
 * mutated like everything else.
 */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'sentences', {
    shouldIgnore(path) {
      const texts = path.isStringLiteral()
        ? [path.node.value]
        : path.isTemplateLiteral()
          ? path.node.quasis.map(({ value }) => value.raw)
          : [];
      return texts.some((text) => SENTENCE.test(text)) ? 'a sentence for people' : undefined;
    },
  }),
];
