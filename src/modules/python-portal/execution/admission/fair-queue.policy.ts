/** Who asks for a place, as far as fairness needs to know. */
export interface Requester {
  id: string;
  isGuest: boolean;
}

export interface FairQueueLimits {
  /** Requests that are served at the same time. */
  places: number;
  /** Requests that wait. */
  waiting: number;
  /** Share of both that all guests together may hold, 0 to 1; at least one place to be served. */
  guestShare: number;
}

export interface Ticket {
  readonly requester: Requester;
}

export interface Admission<T extends Ticket> {
  /** Whether the request got a place or waits for one; false: there is no room. */
  isAdmitted: boolean;
  /** A waiting request of somebody with many, that had to make room. */
  evicted?: T;
}

/**
 * Shares places among people, not among requests. Users are served in turn; one user holds at most half of the places, one guest
 * one place, and all guests together their share. When nobody else can wait any more, whoever has the most waiting loses his
 * newest request to someone with fewer. So neither a loop of requests nor a crowd of guests keeps a class from being served.
 *
 * Pure: tickets go in, tickets to be served come out; who serves them, and when, is not known here.
 */
export class FairQueue<T extends Ticket> {
  /** Waiting tickets by user, in the order in which users get their turn. */
  readonly #waiting = new Map<string, T[]>();
  readonly #serving = new Set<T>();

  constructor(private readonly limits: FairQueueLimits) {}

  get servingCount(): number {
    return this.#serving.size;
  }

  get waitingCount(): number {
    return [...this.#waiting.values()].reduce((sum, tickets) => sum + tickets.length, 0);
  }

  /** How many requests are served before this one if nothing changes, and itself: 1 is the next. Undefined when it does not wait. */
  positionOf(ticket: T): number | undefined {
    const users = [...this.#waiting];
    const ownUser = users.findIndex(([id]) => id === ticket.requester.id);
    const round = users[ownUser]?.[1].indexOf(ticket) ?? -1;
    if (round === -1) return undefined;
    return users.reduce((position, [, tickets], user) => {
      const rounds = user < ownUser ? round + 1 : round;
      return position + Math.min(tickets.length, rounds);
    }, 1);
  }

  /** Lets a request in, to wait; `next` then says whom to serve. */
  offer(ticket: T): Admission<T> {
    if (!ticket.requester.isGuest && this.waitingCount < this.limits.waiting) return this.#enqueue(ticket);
    if (
      ticket.requester.isGuest &&
      this.#guestsWaiting() < this.#guestRoom() &&
      this.waitingCount < this.limits.waiting
    ) {
      return this.#enqueue(ticket);
    }
    if (this.#canBeServed(ticket.requester) && !this.#waiting.has(ticket.requester.id)) return this.#enqueue(ticket);
    const longest = this.#longestQueue(ticket.requester.isGuest);
    const own = this.#waiting.get(ticket.requester.id)?.length ?? 0;
    if (longest === undefined || longest.length <= own + 1) return { isAdmitted: false };
    const evicted = longest.at(-1) as T;
    this.remove(evicted);
    return { ...this.#enqueue(ticket), evicted };
  }

  /** Takes the tickets that can be served now, the next users first. */
  next(): T[] {
    const chosen: T[] = [];
    for (let ticket = this.#choose(); ticket !== undefined; ticket = this.#choose()) {
      this.#serving.add(ticket);
      chosen.push(ticket);
    }
    return chosen;
  }

  /** Forgets a ticket that was served, or that waits no more. */
  remove(ticket: T): void {
    this.#serving.delete(ticket);
    const tickets = this.#waiting.get(ticket.requester.id);
    const rest = tickets?.filter((other) => other !== ticket);
    if (rest === undefined) return;
    if (rest.length === 0) this.#waiting.delete(ticket.requester.id);
    else this.#waiting.set(ticket.requester.id, rest);
  }

  #enqueue(ticket: T): Admission<T> {
    const { id } = ticket.requester;
    this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), ticket]);
    return { isAdmitted: true };
  }

  #choose(): T | undefined {
    if (this.#serving.size >= this.limits.places) return undefined;
    for (const [id, tickets] of this.#waiting) {
      const [ticket, ...rest] = tickets;
      if (ticket !== undefined && this.#canBeServed(ticket.requester)) {
        // Deleting and adding puts the user at the end of the round.
        this.#waiting.delete(id);
        if (rest.length > 0) this.#waiting.set(id, rest);
        return ticket;
      }
    }
    return undefined;
  }

  #canBeServed({ id, isGuest }: Requester): boolean {
    const serving = [...this.#serving].map(({ requester }) => requester);
    const own = serving.filter((other) => other.id === id).length;
    const guests = serving.filter((other) => other.isGuest).length;
    const { places, guestShare } = this.limits;
    if (serving.length >= places) return false;
    if (isGuest) return own < 1 && guests < Math.max(1, Math.floor(places * guestShare));
    return own < Math.max(1, Math.floor(places / 2));
  }

  #guestRoom(): number {
    return Math.floor(this.limits.waiting * this.limits.guestShare);
  }

  #guestsWaiting(): number {
    return [...this.#waiting.values()].flat().filter(({ requester }) => requester.isGuest).length;
  }

  /** A guest can only take the place of a guest. */
  #longestQueue(isAmongGuests: boolean): T[] | undefined {
    const queues = [...this.#waiting.values()].filter(([first]) => !isAmongGuests || first?.requester.isGuest);
    return queues.toSorted((one, other) => other.length - one.length)[0];
  }
}
