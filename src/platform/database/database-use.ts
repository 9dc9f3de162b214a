/**
 * Who else works on the database. `alone`: nobody, it is the embedded one of this process. `beside`: this process works for a moment
 * beside the one whose database it is. `shared`: any number of processes.
 */
export type DatabaseUse = 'alone' | 'beside' | 'shared';

/** Injection token of a {@link DatabaseUse}. */
export const DATABASE_USE = Symbol('DATABASE_USE');
