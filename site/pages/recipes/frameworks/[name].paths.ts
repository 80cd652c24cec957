import { recipes } from '../../../.vitepress/pages.js';

const FOLDER = 'frameworks/';

export default {
  paths: () =>
    recipes()
      .filter(({ name }) => name.startsWith(FOLDER))
      .map(({ name, code }) => ({ params: { name: name.slice(FOLDER.length) }, content: `\`\`\`ts\n${code}\n\`\`\`` })),
};
