import type { Transaction } from '../../../platform/database/database.js';

// A lease says what one claim has under way. It holds until it is deleted, also when its time is over, so that all agree on it: an outcome
// counts while its delivery stands in the lease, and meanwhile nobody claims it or starts it again.

/** SQL: this `delivery` of this `webhook` stands in no lease. */
export const isUnclaimed = `delivery.id <> ALL (
  ARRAY(SELECT unnest(lease.delivery_ids) FROM delivery_leases lease WHERE lease.webhook_id = webhook.id))`;

/** SQL: the ids of all deliveries that are being sent. They are few. */
export const idsBeingSent = `SELECT unnest(delivery_ids) FROM delivery_leases`;

/** SQL: of the webhook with this id. */
const keyOf = (id: string): string => `hashtextextended('deliveries of ' || ${id}, 0)`;

/** A process that is stopped in the middle of a claim holds up others for no longer. */
const patience = `set_config('idle_in_transaction_session_timeout', '5000', true)`;

/**
 * Lets nobody else claim from a webhook until the transaction is over; a statement after it sees all earlier claims. Whoever waits for locks of
 * rows of webhooks or deliveries too does so before this.
 */
export async function lockClaims(tx: Transaction, webhookId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${keyOf('$1::text')}), ${patience}`, [webhookId]);
}

/** The same for several, without waiting for any: those that somebody else has locked are left out, so that who is slow holds up its own webhooks only. */
export async function tryLockClaims(tx: Transaction, webhookIds: string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT id, ${patience} FROM unnest($1::text[]) AS id WHERE pg_try_advisory_xact_lock(${keyOf('id')})`,
    [webhookIds],
  );
  return new Set(rows.map(({ id }) => id));
}
