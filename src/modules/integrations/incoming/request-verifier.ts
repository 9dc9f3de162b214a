import { Injectable } from '@nestjs/common';
import { KeySets } from '../../../platform/http-client/key-sets.js';
import { keysUnavailable, notVerified } from './incoming.errors.js';
import { IncomingSecrets } from './incoming-secrets.js';
import { IncomingSourcesRepository, type KnownSource } from './incoming-sources.repository.js';
import { canvasTokenOf } from './schemes/canvas.policy.js';
import { isJwt, keyIdOf } from './schemes/json-web-token.policy.js';
import { schemeOf } from './schemes/schemes.js';
import type { SignedRequest, Verdict } from './schemes/signed-request.js';

/** Asks a source's scheme whether a webhook is genuine. */
@Injectable()
export class RequestVerifier {
  constructor(
    private readonly secrets: IncomingSecrets,
    private readonly keySets: KeySets,
    private readonly sources: IncomingSourcesRepository,
  ) {}

  /** @throws AppError `incoming.not-verified`, `incoming.keys-unavailable`, or of `SecretBox` */
  async assertGenuine(source: KnownSource, request: SignedRequest): Promise<void> {
    const verdict = await this.judge(source, request);
    if (verdict === 'verified') return;
    await this.sources.noteRefusal(source.id, verdict);
    throw notVerified(verdict);
  }

  private async judge({ scheme: name, settings, keys }: KnownSource, request: SignedRequest): Promise<Verdict> {
    const scheme = schemeOf(name);
    if (scheme.keys !== 'none' && keys.length === 0) return 'no-key-configured';
    const opened = keys.map((key) => this.secrets.open(key));
    const keySet = 'jwksUrl' in settings ? await this.keySetOf(settings.jwksUrl as string, request) : [];
    return scheme.verify(request, opened, settings as never, keySet);
  }

  private keySetOf(url: string, { body }: SignedRequest) {
    const token = canvasTokenOf(body);
    return isJwt(token)
      ? this.keySets.keysOf({ url, trust: 'caller', unavailable: keysUnavailable }, keyIdOf(token))
      : [];
  }
}
