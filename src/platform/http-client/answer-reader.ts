import type { Dispatcher } from 'undici';
import type { AnswerHead, Exchange, ExchangeAnswer } from './outbound-transport.js';
import { BodyTooLargeError, CollectedBody } from './read-body.js';

/** Reads an answer as it comes from undici, without the stream that its `request` makes: that costs as much as the rest of a call. */
export class AnswerReader implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #head: AnswerHead | undefined;
  #body: CollectedBody | undefined;
  #isOver = false;

  constructor(
    private readonly exchange: Pick<Exchange, 'bodyLimit' | 'limit'>,
    private readonly resolve: (answer: ExchangeAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    exchange.limit.onOver(() => this.#giveUp(new Error('The attempt is over')));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // undici may send it again when the connection ended before anything came back.
    this.#head = this.#body = undefined;
    if (this.#isOver) controller.abort(new Error('The attempt was over before it was sent'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: object): void {
    // Before the answer there may be others, with a status of 1xx.
    if (status < 200) return;
    this.#head = { status, headers: headers as AnswerHead['headers'] };
    this.#body = new CollectedBody(this.exchange.bodyLimit(this.#head));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body === undefined || this.#body.add(chunk)) return;
    if (this.#body.limit.onExcess === 'truncate') this.#settle();
    this.#giveUp(new BodyTooLargeError());
  }

  onResponseEnd(): void {
    this.#settle();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#isOver = true;
    this.reject(error);
  }

  #settle(): void {
    this.#isOver = true;
    if (this.#head === undefined || this.#body === undefined) {
      this.reject(new Error('An answer without a head'));
      return;
    }
    const { status, headers } = this.#head;
    const { body, isTruncated } = this.#body.read();
    this.resolve({ status, headers, body, isTruncated });
  }

  /** Closes the connection. What is settled stays as it is. */
  #giveUp(reason: Error): void {
    this.#isOver = true;
    this.reject(reason);
    this.#controller?.abort(reason);
  }
}
