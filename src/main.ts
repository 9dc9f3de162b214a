import { runProcess } from './start-process.js';

await runProcess();
