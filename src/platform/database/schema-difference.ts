import type { DataSource } from 'typeorm';

/**
 * The statements that would make the database equal to the entities; empty when migrations and entities agree. Indexes that only a
 * migration knows (partial, expression, covering) are no difference: entities cannot express them.
 */
export async function schemaDifference(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query).filter((query) => !query.startsWith('DROP INDEX'));
}
