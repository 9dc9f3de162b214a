import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import axios from 'axios';
import compression from 'compression';
import express from 'express';
import helmet from 'helmet';

/**
 * The gateway that the Python portal's description names: Express with helmet and compression, and axios to the service behind. It has
 * kept connections, and neither logs, limits nor checks, so that nothing slows it that it could do without. Argument: the service.
 */
const [, , serviceUrl = ''] = process.argv;
const service = axios.create({ baseURL: serviceUrl, timeout: 5_000, httpAgent: new Agent({ keepAlive: true }) });

const app = express();
app.use(helmet());
app.use(compression());
app.use(express.json());
// oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 takes promises
app.get('/api/v1/exercises', async (request, response) => {
  const correlationId = request.get('x-correlation-id') ?? randomUUID();
  const { data } = await service.get<Record<string, unknown>>('/api/exercises', {
    params: request.query,
    headers: { 'x-correlation-id': correlationId },
  });
  response.set('x-correlation-id', correlationId).json({ ...data, correlationId });
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
