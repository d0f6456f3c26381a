/** Read by vite.config.ts, by svelte-check and by editors. */
export default {
  compilerOptions: { runes: true },
};
