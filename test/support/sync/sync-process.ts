import { createApp } from '../../../src/create-app.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { useStandInConnector } from './stand-in-connector.js';

/** Lyceum with the connector of the stand-in, as a process that tests can kill. */
const config = new AppConfig(process.env);
const app = await createApp(config, config.database.url ?? '');
useStandInConnector(app);
process.on('SIGTERM', () => void app.close().finally(() => process.exit(0)));
await app.listen(config.http.port, '127.0.0.1');
