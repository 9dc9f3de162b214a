/** A published event as subscribers see it. */
export interface PublishedEvent {
  id: string;
  type: string;
  subject: string | null;
  data: unknown;
  occurredAt: Date;
}
