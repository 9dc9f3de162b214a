// Keeps what V8 compiles when the joined application is loaded, so that starts need not compile it (docs/adr/0020). Run it with the
// flags of a start: V8 does not take what was compiled with others.
import { writeFileSync } from 'node:fs';
import { compiledFile, loadApplication } from '../dist/server/load-application.js';

const { exports, script } = loadApplication();
await exports.loadAll();
writeFileSync(compiledFile, script.createCachedData());
