import { Mailbox } from './mailbox.js';

describe('Mailbox', () => {
  it('hands over one message, or the word that it is elsewhere', () => {
    const shared = Mailbox.allocate();
    const [sender, receiver] = [new Mailbox(shared), new Mailbox(shared)];
    expect(receiver.take()).toBeUndefined();
    sender.put(Buffer.from('hello'));
    expect(Buffer.from(receiver.take() as Uint8Array).toString()).toBe('hello');
    expect(receiver.take()).toBeUndefined();
    sender.put('on-port');
    expect(receiver.take()).toBe('on-port');
    sender.put(new Uint8Array(0));
    expect(receiver.take()).toEqual(new Uint8Array(0));
  });

  it('says what does not fit', () => {
    const mailbox = new Mailbox(Mailbox.allocate());
    expect([mailbox.fits(new Uint8Array(65_536)), mailbox.fits(new Uint8Array(65_537))]).toEqual([true, false]);
  });
});
