import { existsSync, readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

const file = path.join(import.meta.dirname, 'application.cjs');

/** Made by the build (scripts/keep-compiled.mjs). */
export const compiledFile = `${file}.compiled`;

/**
 * Loads the joined application with what V8 compiled at the build, which V8 takes only from the same version of Node.js with the same
 * flags; else it compiles anew. Node.js 20 keeps no compiled code itself.
 */
export function loadApplication() {
  const require = createRequire(file);
  // Node.js knows source maps of what it loads itself only.
  if (process.sourceMapsEnabled) return { exports: require(file) };
  // The bundle is ASCII, which V8 keeps in one byte a character.
  const script = new Script(Module.wrap(readFileSync(file, 'latin1')), {
    filename: file,
    cachedData: existsSync(compiledFile) ? readFileSync(compiledFile) : undefined,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, import.meta.dirname);
  return { exports: module.exports, script };
}
