import { Injectable } from '@nestjs/common';
import { HttpClient } from '../http-client/http-client.js';
import { Metrics } from './metrics.js';

const bucketsSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Measures calls to other systems. Addresses that came through the API share one label, as the client reports them. */
@Injectable()
export class OutboundMetrics {
  constructor(client: HttpClient, metrics: Metrics) {
    const durations = metrics.durations({
      name: 'lyceum_outbound_request_duration_seconds',
      help: 'Calls to other systems, with their retries and redirects',
      labelNames: ['host', 'method', 'outcome'],
      buckets: bucketsSeconds,
    });
    const attempts = metrics.counter({
      name: 'lyceum_outbound_attempts_total',
      help: 'Requests sent to other systems, each retry counted',
      labelNames: ['host'],
    });
    client.onCompleted((call) => {
      const { host, method, outcome } = call;
      durations.observe([host, method, outcome], call.durationMs / 1000);
      attempts.inc({ host }, call.attempts);
    });
  }
}
