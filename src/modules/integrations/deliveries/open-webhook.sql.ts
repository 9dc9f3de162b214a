/** SQL: deliveries to this `webhook` of this `integration` may be sent now. */
export const isOpen = `webhook.state = 'active' AND integration.status = 'active'
  AND (webhook.blocked_until IS NULL OR webhook.blocked_until <= now())`;
