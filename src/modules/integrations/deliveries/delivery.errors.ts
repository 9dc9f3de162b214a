import { AppError } from '../../../platform/errors/app-error.js';
import type { DeliveryState } from './delivery-state.js';

export function deliveryNotFound(): AppError {
  return new AppError('not-found', 'deliveries.not-found', 'There is no delivery with this id');
}

const advice: Partial<Record<DeliveryState, string>> = {
  sending: 'is being sent at this moment; wait for the outcome',
  held: 'is held; activate its integration and resume its webhook, then it is sent by itself',
  cancelled: 'is cancelled because its webhook was deleted',
};

export function notResendable(state: DeliveryState): AppError {
  const message = `The delivery ${advice[state] ?? `is ${state} and cannot be resent`}`;
  return new AppError('conflict', 'deliveries.not-resendable', message, { details: { state } });
}

export function notCancellable(state: DeliveryState): AppError {
  const message = `The delivery is ${state}, so there is no attempt left to cancel`;
  return new AppError('conflict', 'deliveries.not-cancellable', message, { details: { state } });
}
