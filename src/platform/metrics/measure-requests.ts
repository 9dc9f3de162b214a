import type { FastifyInstance } from 'fastify';
import type { AnsweredRequests } from '../http/answered-requests.js';
import type { Metrics } from './metrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Other hooks may answer before anybody counts. */
    isInFlight: boolean;
  }
}

const bucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const statusClasses = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** Measures each request by method, route pattern and status class. What matches no route shares one label. */
export function measureRequests(server: FastifyInstance, answeredRequests: AnsweredRequests, metrics: Metrics): void {
  const durations = metrics.durations({
    name: 'lyceum_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its response',
    labelNames: ['method', 'route', 'status'],
    buckets: bucketsSeconds,
  });
  answeredRequests.listen(({ method, route = 'none', status, durationMs }) => {
    durations.observe([method, route, statusClasses[Math.floor(status / 100)] ?? 'none'], durationMs / 1000);
  });

  let inFlight = 0;
  metrics.gauge({
    name: 'lyceum_http_requests_in_flight',
    help: 'Requests that are being answered',
    collect() {
      this.set(inFlight);
    },
  });
  server.decorateRequest('isInFlight', false);
  server.addHook('onRequest', (request, _reply, done) => {
    request.isInFlight = true;
    inFlight += 1;
    done();
  });
  server.addHook('onResponse', (request, _reply, done) => {
    if (request.isInFlight) inFlight -= 1;
    done();
  });
}
