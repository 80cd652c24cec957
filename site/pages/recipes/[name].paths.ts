import { recipes } from '../../.vitepress/pages.js';

export default {
  paths: () =>
    recipes()
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, code }) => ({ params: { name }, content: `\`\`\`ts\n${code}\n\`\`\`` })),
};
