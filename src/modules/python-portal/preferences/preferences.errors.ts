import { AppError } from '../../../platform/errors/app-error.js';

export const leaderboardNeedsAccount = () =>
  new AppError(
    'forbidden',
    'preferences.account-needed',
    'Guests cannot be on the leaderboard; create an account with POST /auth/upgrade first',
  );
