import { recipePage, recipes } from '../../.vitepress/pages.js';

export default {
  paths: () =>
    recipes()
      .filter(({ folder }) => folder === '')
      .map(recipePage),
};
