import path from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const page = (name) => path.resolve(import.meta.dirname, name, 'index.html');

export default defineConfig({
  // The pages lie wherever the folder is served.
  base: './',
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'usher-agent' } } })],
  build: {
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { react: page('react'), vue: page('vue') } },
  },
});
