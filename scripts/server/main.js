// The joined application as it is started (docs/adr/0020); the build copies this folder to dist/server.
import { loadApplication } from './load-application.js';

await loadApplication().exports.runProcess();
