import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { RateLimiter } from '../../../platform/rate-limit/rate-limiter.js';
import { challengeOf, type ChallengeQuery } from './challenge.policy.js';
import { contentOf } from './incoming-content.policy.js';
import { type AddressForm, incomingSecretPattern, IncomingSecrets } from './incoming-secrets.js';
import { IncomingSourcesRepository, type KnownSource } from './incoming-sources.repository.js';
import { tooManyWebhooksAtOnce, unknownAddress, unknownSecret } from './incoming.errors.js';
import { RequestIntake, type StoredRequest } from './request-intake.js';
import { RequestVerifier } from './request-verifier.js';
import { slackChallengeOf } from './schemes/slack.policy.js';

const rateWindowMs = 60_000;

/** A webhook as it comes in. */
export interface IncomingWebhook {
  form: AddressForm;
  /** The secret or the token of the address. */
  pathPart: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Takes webhooks in: what is answered with success is stored, and its events follow. */
@Injectable()
export class IncomingService {
  constructor(
    private readonly sources: IncomingSourcesRepository,
    private readonly secrets: IncomingSecrets,
    private readonly limiter: RateLimiter,
    private readonly verifier: RequestVerifier,
    private readonly intake: RequestIntake,
  ) {}

  /**
   * Verifies a webhook and stores it, unless its sender has posted the same one before.
   *
   * @returns what was stored, or the challenge to answer with
   * @throws AppError `incoming.unknown-secret`, `incoming.unknown-address`, `incoming.not-verified`, `incoming.too-many`,
   *   `incoming.keys-unavailable`
   */
  async receive({ form, pathPart, headers, body }: IncomingWebhook): Promise<StoredRequest | { challenge: string }> {
    const source = await this.getSource(form, pathPart);
    await this.verifier.assertGenuine(source, { headers, body, now: new Date() });
    const content = () => contentOf(source.scheme, headers['content-type'], body);
    const challenge = source.scheme === 'slack' ? slackChallengeOf(content()) : undefined;
    return challenge === undefined ? this.intake.store(source, headers, body, content) : { challenge };
  }

  /**
   * Answers the GET with which some providers check an address.
   *
   * @throws AppError `incoming.unknown-address` also when the source expects no such check
   */
  async answerChallenge(token: string, query: ChallengeQuery): Promise<string> {
    const { settings, keys } = await this.getSource('in', token);
    const kind = 'challenge' in settings ? (settings.challenge as string) : 'none';
    const challenge = challengeOf(
      kind,
      query,
      keys.map((key) => this.secrets.open(key)),
    );
    if (challenge === undefined) throw unknownAddress();
    return challenge;
  }

  private async getSource(form: AddressForm, pathPart: string): Promise<KnownSource> {
    const unknown = form === 'receive' ? unknownSecret : unknownAddress;
    if (!incomingSecretPattern.test(pathPart)) throw unknown();
    const hashes = this.secrets.hash(form, pathPart);
    const quotaKey = `incoming:${hashes[0].toString('base64url')}`;
    // Costs the database nothing, however much is sent to an address that has used up its quota.
    const blockedSeconds = this.limiter.secondsUntilFree(quotaKey);
    if (blockedSeconds > 0) throw tooManyWebhooksAtOnce(blockedSeconds);
    const source = await this.sources.findActive(hashes);
    if (source === undefined) throw unknown();
    const quota = { limit: source.maxPerMinute, windowMs: rateWindowMs };
    const { isAllowed, resetSeconds } = await this.limiter.consume(quotaKey, quota);
    if (!isAllowed) throw tooManyWebhooksAtOnce(resetSeconds);
    // Its key is being retired; the secret is only known now, so now is the time to hash it with the new one.
    if (hashes.slice(1).some((older) => older.equals(source.secretHash)))
      await this.sources.replaceHash(source.id, hashes);
    return source;
  }
}
