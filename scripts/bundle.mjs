// Joins the compiled application and the ES modules that it imports into a few files, dist/server. Node.js loads some 1 500 ES
// modules one by one in more time than it then runs them in; this way a start takes half as long (docs/adr/0020).
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const compiled = path.join(root, 'dist');
const output = path.join(compiled, 'server');

/** ES modules, and what must share their one copy of NestJS. CommonJS loads quickly as it is, and optional packages must stay so. */
function isJoined(file) {
  if (/\/node_modules\/(@nestjs|es-toolkit)\//.test(file)) return true;
  const manifest = findPackageJSON(file);
  return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
}

function findPackageJSON(file) {
  const manifest = path.join(path.dirname(file), 'package.json');
  return existsSync(manifest) ? manifest : findPackageJSON(path.dirname(file));
}

/** A joined file still finds what lies beside its source. */
const keepPlaces = {
  name: 'keep-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.m?js$/ }, async ({ path: file }) => {
      const code = await readFile(file, 'utf8');
      if (!code.includes('import.meta.')) return;
      const place = JSON.stringify(path.relative(output, file));
      return {
        contents: code
          .replaceAll('import.meta.dirname', `folderOfSource(${place})`)
          .replaceAll('import.meta.url', `urlOfSource(${place})`),
      };
    });
  },
};

const banner = `
import { createRequire as requireFrom } from 'node:module';
import { fileURLToPath as pathOfUrl } from 'node:url';
const require = requireFrom(import.meta.url);
const urlOfSource = (place) => new URL(place, import.meta.url).href;
const folderOfSource = (place) => pathOfUrl(new URL('.', urlOfSource(place))).slice(0, -1);
const _named = (type, value) => Object.defineProperty(type, 'name', { value, configurable: true });
`;

/**
 * Names classes only. esbuild keeps the name of everything, and so would define the name of each closure anew whenever one is made.
 * Nothing changes its place, so that source maps stay right.
 */
function nameClassesOnly(code) {
  return code
    .replaceAll('__name(this, ', '_named(this, ')
    .replace(/var __name = \(target, value\) => .*;/, 'var __name = (target) => target;');
}

const leaveOutTheRest = {
  name: 'leave-out-the-rest',
  setup(setup) {
    const asking = Symbol('asking');
    setup.onResolve({ filter: /^[^./]/ }, async ({ path: name, pluginData, ...where }) => {
      if (pluginData === asking || where.kind === 'entry-point') return;
      const { path: found, errors, external } = await setup.resolve(name, { ...where, pluginData: asking });
      return errors.length > 0 || external || !isJoined(found) ? { path: name, external: true } : { path: found };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [path.join(compiled, 'src', 'main.js')],
  outdir: output,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Dependency injection, entities and log lines go by the names of classes.
  keepNames: true,
  write: false,
  banner: { js: banner },
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  plugins: [keepPlaces, leaveOutTheRest],
});

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
await Promise.all(outputFiles.map(({ path: file, text }) => writeFile(file, nameClassesOnly(text))));
