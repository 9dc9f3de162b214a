import { existsSync, readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

// V8 learns during the start, when everything stays, that what some places make stays, `once` of an event emitter for one. It then makes
// that among the old right away, for requests too; and what old garbage refers to (request, response, headers) is kept until all of
// the memory is collected, which takes 150 ms of two processors (docs/adr/0032).
setFlagsFromString('--no-allocation-site-pretenuring');

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
