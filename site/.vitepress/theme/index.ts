import { type Theme, useData } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { h, nextTick, onMounted, watch } from 'vue';
import HeroChart from './HeroChart.vue';
import Playground from './Playground.vue';
import './style.css';

const theme: Theme = {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'home-hero-image': () => h(HeroChart) }),
  setup() {
    const { frontmatter, page } = useData();
    // the default theme gives every layout a `main` but that of the home page
    const name = () => {
      const role = frontmatter.value['layout'] === 'home' ? 'main' : null;
      const content = document.getElementById('VPContent');
      if (role === null) content?.removeAttribute('role');
      else content?.setAttribute('role', role);
    };
    onMounted(name);
    watch(page, () => void nextTick(name));
  },
  enhanceApp({ app }) {
    app.component('Playground', Playground);
  },
};

export default theme;
