import { AppError } from '../../../platform/errors/app-error.js';

export const hintOutOfOrder = (nextStep: number) =>
  new AppError('conflict', 'hints.out-of-order', `Hints come one by one; the next one is step ${nextStep}`, {
    details: { nextStep },
  });

export const noHintLeft = (count: number) =>
  new AppError('conflict', 'hints.none-left', `This exercise has ${count} hints, and all were shown`);

export const solutionLocked = () =>
  new AppError(
    'forbidden',
    'solutions.locked',
    'The solution opens when you complete the exercise, or give up with POST /exercises/{id}/give-up',
  );
