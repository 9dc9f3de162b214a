import type { Transaction } from '../../../platform/database/database.js';

// A lease says what one claim has under way. It holds until it is deleted, also when its time is over, so that claims and outcomes agree
// on it: an outcome counts while its delivery stands in the lease, and nobody claims it meanwhile.

/** SQL: this `delivery` of this `webhook` stands in no lease. */
export const isUnclaimed = `delivery.id <> ALL (
  ARRAY(SELECT unnest(lease.delivery_ids) FROM delivery_leases lease WHERE lease.webhook_id = webhook.id))`;

/** SQL: the ids of all deliveries that are being sent. They are few. */
export const idsBeingSent = `SELECT unnest(delivery_ids) FROM delivery_leases WHERE lease_until > now()`;

/** A process that is stopped in the middle of a claim holds up others for no longer. */
const patienceMs = 5000;

/**
 * Lets nobody else claim from these webhooks until the transaction is over; a statement after it sees all earlier claims. Whoever locks rows of
 * webhooks or deliveries too locks them before this.
 */
export async function lockClaims(tx: Transaction, webhookIds: string[]): Promise<void> {
  // In order, so that no two wait for each other.
  await tx.query(
    `SELECT pg_advisory_xact_lock(key), set_config('idle_in_transaction_session_timeout', $2, true)
       FROM (SELECT DISTINCT hashtextextended('deliveries of ' || id, 0) AS key FROM unnest($1::text[]) AS id ORDER BY key) AS keys`,
    [webhookIds, String(patienceMs)],
  );
}
