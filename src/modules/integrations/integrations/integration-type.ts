export const integrationTypes = ['api', 'webhook', 'database', 'file'] as const;
export type IntegrationType = (typeof integrationTypes)[number];

/** `error` is for integrations that the application itself has taken out of use. */
export const integrationStatuses = ['active', 'inactive', 'error'] as const;
export type IntegrationStatus = (typeof integrationStatuses)[number];
