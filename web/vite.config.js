import { defineConfig } from "vite";

const USE = /var\((--[\w-]+)/g;

/** Leaves out the design tokens that no rule uses, so that a recipient's first page stays small. */
const usedTokens = {
  postcssPlugin: "used-tokens",
  OnceExit(root) {
    const uses = (text) => [...text.matchAll(USE)].map((match) => match[1]);
    const tokens = new Map();
    const wanted = [];
    root.walkDecls((declaration) => {
      // A token may have several values: one for light, one for dark, one for paper.
      if (declaration.prop.startsWith("--")) tokens.set(declaration.prop, (tokens.get(declaration.prop) ?? "") + declaration.value);
      else wanted.push(...uses(declaration.value));
    });
    const used = new Set();
    for (let name = wanted.pop(); name; name = wanted.pop()) {
      if (used.has(name)) continue;
      used.add(name);
      wanted.push(...uses(tokens.get(name) ?? ""));
    }
    root.walkDecls(/^--/, (declaration) => {
      if (!used.has(declaration.prop)) declaration.remove();
    });
  },
};

/** One build for each audience (`--mode recipient`, `--mode staff`): a page loads one style sheet and one script, no shared third. */
export default defineConfig(({ mode }) => ({
  css: { postcss: { plugins: [usedTokens] } },
  build: {
    manifest: `${mode}.json`,
    emptyOutDir: mode === "recipient",
    modulePreload: { polyfill: false },
    target: "es2022",
    // An inlined asset would be a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    rollupOptions: { input: `src/${mode}.ts` },
  },
}));
