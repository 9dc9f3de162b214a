import { ApiConnector } from './api-connector.js';
import { ApiPuller } from './api-puller.js';
import { ApiPusher } from './api-pusher.js';

/** What the module is told of this folder. */
export const apiProviders = [ApiConnector, ApiPuller, ApiPusher];
