import { FairQueue, type Ticket } from './fair-queue.policy.js';

const limits = { places: 4, waiting: 6, guestShare: 0.5 };

interface Request extends Ticket {
  name: string;
}

/** `ann1` is the first request of Ann; guests are those whose name begins with `guest`. */
function request(name: string): Request {
  const id = name.replace(/\d+$/, '');
  return { name, requester: { id, isGuest: id.startsWith('guest') } };
}

function offer(queue: FairQueue<Request>, ...names: string[]) {
  return names.map((name) => {
    const { isAdmitted, evicted } = queue.offer(request(name));
    return evicted === undefined ? isAdmitted : evicted.name;
  });
}

const names = (tickets: Request[]) => tickets.map(({ name }) => name);

describe('FairQueue', () => {
  it('serves at once while there are places, and then when one gets free', () => {
    const queue = new FairQueue<Request>(limits);
    offer(queue, 'ann1', 'bob1', 'cyd1', 'dan1', 'eve1');
    const serving = queue.next();
    expect(names(serving)).toEqual(['ann1', 'bob1', 'cyd1', 'dan1']);
    expect(queue.next()).toEqual([]);
    queue.remove(serving[1] as Request);
    expect(names(queue.next())).toEqual(['eve1']);
    expect([queue.servingCount, queue.waitingCount]).toEqual([4, 0]);
  });

  it('gives one user at most half of the places', () => {
    const queue = new FairQueue<Request>(limits);
    offer(queue, 'ann1', 'ann2', 'ann3', 'ann4');
    expect(names(queue.next())).toEqual(['ann1', 'ann2']);
    offer(queue, 'bob1');
    expect(names(queue.next())).toEqual(['bob1']);
  });

  it('serves users in turn, each in the order of his requests', () => {
    const queue = new FairQueue<Request>({ ...limits, places: 1 });
    offer(queue, 'ann1', 'ann2', 'ann3', 'bob1', 'cyd1', 'bob2');
    const order: string[] = [];
    for (let [ticket] = queue.next(); ticket !== undefined; [ticket] = queue.next()) {
      order.push(ticket.name);
      queue.remove(ticket);
    }
    expect(order).toEqual(['ann1', 'bob1', 'cyd1', 'ann2', 'bob2', 'ann3']);
  });

  it('gives guests together their share, and each of them one place', () => {
    const queue = new FairQueue<Request>(limits);
    offer(queue, 'guestA1', 'guestA2', 'guestB1');
    expect(names(queue.next())).toEqual(['guestA1', 'guestB1']);
    expect(offer(queue, 'guestC1', 'guestD1', 'guestE1', 'ann1')).toEqual([true, true, false, true]);
    expect(names(queue.next())).toEqual(['ann1']);
  });

  it('lets a guest in even where there is a single place', () => {
    const queue = new FairQueue<Request>({ ...limits, places: 1 });
    offer(queue, 'guestA1');
    expect(names(queue.next())).toEqual(['guestA1']);
  });

  it('refuses whoever has the most waiting when there is no room', () => {
    const queue = new FairQueue<Request>({ ...limits, places: 1 });
    offer(queue, 'ann1');
    queue.next();
    expect(offer(queue, 'ann2', 'ann3', 'ann4', 'ann5', 'bob1', 'bob2')).toEqual(Array.from({ length: 6 }, () => true));
    expect(offer(queue, 'ann6')).toEqual([false]);
    expect(offer(queue, 'cyd1')).toEqual(['ann5']);
    expect(offer(queue, 'bob3')).toEqual([false]);
    expect(offer(queue, 'dan1')).toEqual(['ann4']);
    expect(queue.waitingCount).toBe(6);
  });

  it('never lets a guest displace somebody who is known', () => {
    const queue = new FairQueue<Request>({ ...limits, places: 1 });
    offer(queue, 'ann1');
    queue.next();
    offer(queue, 'ann2', 'ann3', 'ann4', 'ann5', 'ann6', 'ann7');
    expect(offer(queue, 'guestA1')).toEqual([false]);
  });

  it('lets in who can be served at once, however many wait', () => {
    const queue = new FairQueue<Request>({ ...limits, waiting: 0 });
    expect(offer(queue, 'ann1')).toEqual([true]);
    expect(names(queue.next())).toEqual(['ann1']);
    expect(offer(queue, 'ann2')).toEqual([true]);
    expect(names(queue.next())).toEqual(['ann2']);
    expect(offer(queue, 'ann3')).toEqual([false]);
    expect(offer(queue, 'bob1')).toEqual([true]);
  });

  it('knows when somebody gets the turn', () => {
    const queue = new FairQueue<Request>({ ...limits, places: 1, waiting: 10 });
    const tickets = ['ann1', 'ann2', 'ann3', 'bob1', 'cyd1', 'cyd2', 'bob2', 'dan1'].map(request);
    for (const ticket of tickets) queue.offer(ticket);
    const predicted = tickets.toSorted((one, other) => (queue.positionOf(one) ?? 0) - (queue.positionOf(other) ?? 0));
    expect(predicted.map((ticket) => queue.positionOf(ticket))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const served: Request[] = [];
    for (let [ticket] = queue.next(); ticket !== undefined; [ticket] = queue.next()) {
      expect(queue.positionOf(ticket)).toBeUndefined();
      served.push(ticket);
      queue.remove(ticket);
    }
    expect(names(served)).toEqual(names(predicted));
  });

  it('forgets who waits no more', () => {
    const queue = new FairQueue<Request>({ ...limits, places: 1 });
    const [first, second] = [request('ann1'), request('bob1')];
    queue.offer(first);
    queue.offer(second);
    queue.remove(first);
    expect(queue.next()).toEqual([second]);
  });
});
