import { createApp } from 'vue';
// @ts-ignore: the type checker does not read .vue files.
import Page from './Page.vue';

createApp(Page).mount('#root');
