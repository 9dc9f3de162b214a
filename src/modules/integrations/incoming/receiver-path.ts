/** Where other systems post webhooks: below it follows the secret of a source. */
export const receiverPath = '/api/integrations/webhook/receive/';
