import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
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

/** Lays a brotli and a gzip form beside every asset, as small as they get: the server sends what the browser accepts. */
const packed = {
  name: "packed",
  async writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((name) => /\.(css|js|svg)$/.test(name))) {
      const file = join(dir, name);
      const plain = await readFile(file);
      const best = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      await writeFile(`${file}.br`, brotliCompressSync(plain, { params: best }));
      await writeFile(`${file}.gz`, gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }));
    }
  },
};

/** One build for each audience (`--mode recipient`, `--mode staff`): a page loads one style sheet and one script, no shared third. */
export default defineConfig(({ mode }) => ({
  plugins: [packed],
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
