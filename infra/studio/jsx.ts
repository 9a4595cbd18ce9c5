/** Lets Node load `.tsx`, which it does not by itself: import this first, then the pages with `import()`. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

registerHooks({
  load(url, context, next) {
    const path = url.split('?')[0] ?? url;
    if (!path.startsWith('file:') || !path.endsWith('.tsx')) return next(url, context);
    const sourcefile = fileURLToPath(path);
    const { code } = transformSync(readFileSync(sourcefile, 'utf8'), {
      loader: 'tsx',
      format: 'esm',
      target: 'node20',
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      sourcefile,
      sourcemap: 'inline',
    });
    return { format: 'module', shortCircuit: true, source: code };
  },
});
