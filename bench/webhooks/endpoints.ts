import type { Scoreboard } from '../gateway/scoreboard.js';
import type { Course } from './course.js';

const counts = [1, 10, 100, 1_000];
const deliveries = 3_000;

/** Deliveries a second, publishing included, to few and to many endpoints. */
export async function measureEndpoints(scores: Scoreboard, course: Course): Promise<void> {
  for (const endpoints of counts) {
    const subscription = await course.subscribe(endpoints);
    const events = deliveries / endpoints;
    await course.deliver(Math.ceil(events / 3), subscription);
    const seconds = await course.deliver(events, subscription);
    scores.note(`${Math.round(deliveries / seconds)} deliveries/s to ${endpoints} endpoints (${events} events)`);
    await course.disconnect(subscription);
  }
}
