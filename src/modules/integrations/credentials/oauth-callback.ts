import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/errors/app-error.js';
import { connectionPage } from './connection-page.js';
import { OauthAuthorizationService } from './oauth-authorization.service.js';

export interface CallbackOutcome {
  status: number;
  page: string;
  cookie?: string;
}

const maxValueChars = 8192;

/** Answers the browser that comes back from an authorization server: with a page, whatever happened. */
@Injectable()
export class OauthCallback {
  constructor(private readonly authorizations: OauthAuthorizationService) {}

  async take(query: Record<string, unknown>, cookies: string | undefined): Promise<CallbackOutcome> {
    try {
      const { name, cookie } = await this.authorizations.takeFromBrowser(answerIn(query), cookies);
      const page = connectionPage('The integration is connected', `${name} is connected. You can close this window.`);
      return { status: 200, page, cookie };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const isUnknown = error.code === 'oauth.state-unknown';
      // Nothing of the address is repeated: anybody can make a link to this page.
      const detail = isUnknown
        ? 'This browser has not begun it, or it took longer than 10 minutes, or it is done already. Begin again, in this browser; ' +
          'who began without a browser completes it with POST /api/integrations/oauth/complete.'
        : error.message;
      return { status: isUnknown ? 400 : 502, page: connectionPage('The integration is not connected', detail) };
    }
  }
}

/** What was given twice or is too long is not taken. */
function answerIn(query: Record<string, unknown>): URLSearchParams {
  const texts = Object.entries(query).filter(
    (member): member is [string, string] => typeof member[1] === 'string' && member[1].length <= maxValueChars,
  );
  return new URLSearchParams(texts);
}
