import { defineConfig } from "vite";

// Relative to /mobile/, where the server hands the files out. Nothing inline: the page runs under a strict policy.
export default defineConfig({
  root: import.meta.dirname,
  base: "/mobile/",
  logLevel: "warn",
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
