/** A published event as subscribers see it. */
export interface PublishedEvent {
  id: string;
  type: string;
  subject: string | null;
  data: unknown;
  occurredAt: Date;
}

/** An event whose data was checked against its type. */
export interface NewEvent {
  /** Given in advance; the database makes one when left out. */
  id?: string | undefined;
  type: string;
  data: unknown;
  subject?: string | null | undefined;
  /** When it happened; now when left out. */
  occurredAt?: Date | undefined;
}
