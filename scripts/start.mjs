// `npm start`: builds what is not built, then runs the server in this same process.
import './build-if-stale.mjs';

await import('../dist/server/main.js');
