import { createHash } from 'node:crypto';
import type { AppConfig } from '../../../platform/config/app-config.js';
import type { RedisConnection } from '../../../platform/redis/redis-connection.js';
import { SharedValue } from '../../../platform/redis/shared-value.js';
import type { ServiceRegistry } from '../services/service-registry.js';
import { BuiltInExercises } from './built-in-exercises.js';
import type { ExerciseSource } from './exercise-source.js';
import { ServiceExercises } from './service-exercises.js';

/** What processes share is named by the addresses, so that those with another service behind them do not take it. */
export function chooseExerciseSource(
  { pythonServices: { exercises, catalogueRefreshMs } }: AppConfig,
  registry: ServiceRegistry,
  redis: RedisConnection,
): ExerciseSource {
  if (exercises.length === 0) return new BuiltInExercises();
  const addresses = createHash('sha256').update(JSON.stringify(exercises)).digest('base64url').slice(0, 16);
  const shared = new SharedValue(redis, `exercises:${addresses}`);
  return new ServiceExercises(registry.get('exercises'), shared, catalogueRefreshMs);
}
