import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import axios from 'axios';
import { parseServiceAddresses } from '../../src/platform/config/service-addresses.js';
import type { HttpClient } from '../../src/platform/http-client/http-client.js';
import { createHttpClient } from '../../src/platform/http-client/create-http-client.js';
import { NameService } from '../../src/platform/http-client/name-service.js';
import { ServiceCaller } from '../../src/modules/python-portal/services/service-call.js';
import { ServicePool } from '../../src/modules/python-portal/services/service-pool.js';
import { ServiceResolver } from '../../src/modules/python-portal/services/service-resolver.js';
import {
  defaultServiceSettings,
  type ServiceSettings,
} from '../../src/modules/python-portal/services/service-settings.js';

export interface PoolOptions {
  healthPath?: string;
  settings?: Partial<ServiceSettings>;
  /** DNS server to ask. */
  nameServer?: string;
  nowMs?: () => number;
}

const pools: ServicePool[] = [];
const clients: HttpClient[] = [];

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => {
  for (const pool of pools) pool.close();
  for (const client of clients) client.onApplicationShutdown();
});

/** A pool over real HTTP, put together as the registry does. */
export function createPool(addresses: string, options: PoolOptions = {}): ServicePool {
  const { healthPath = '/health/ready', settings, nameServer, nowMs = () => performance.now() } = options;
  const http = createHttpClient(new HttpService(axios.create()), { allowHosts: [], isHttpsOnly: false });
  const names = new NameService(nameServer === undefined ? undefined : [nameServer]);
  const resolver = new ServiceResolver(parseServiceAddresses(addresses), names, nowMs);
  const whole = { ...defaultServiceSettings, ...settings };
  const pool = new ServicePool({ name: 'executor', healthPath }, resolver, new ServiceCaller(http), whole, nowMs);
  clients.push(http);
  pools.push(pool);
  return pool;
}

/** An address on which nothing listens. */
export const deadUrl = 'http://127.0.0.1:9';
