/** Injection token of the connection string in force: the operator's, or that of the embedded Postgres. */
export const DATABASE_URL = Symbol('DATABASE_URL');
