import { CreateEvents1763683200000 } from './1763683200000-create-events.js';

/** Every migration, oldest first. A landed migration is frozen; what it got wrong is mended by a new one. */
export const migrations = [CreateEvents1763683200000];
