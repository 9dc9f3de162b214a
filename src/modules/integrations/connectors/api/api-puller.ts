import { Injectable } from '@nestjs/common';
import { AuthorizedRequests } from '../../credentials/authorized-requests.js';
import { placeholdersIn } from '../../integrations/http-config.js';
import { lowerCaseNames } from '../../integrations/integration-call.policy.js';
import type { IntegrationEntity } from '../../integrations/integration.entity.js';
import type { PullContext, PulledPage, PullSummary } from '../connector.js';
import { SyncFailure } from '../sync-failure.js';
import { asSyncFailure, failureOfAnswer } from './answer-failure.policy.js';
import type { ApiConfig } from './api-config.js';
import { parseJsonAnswer } from './json-answer.policy.js';
import { nextPlace, pageUrl, type Place } from './pagination.policy.js';
import { VisitedPlaces } from './visited-places.js';
import { beginning, digestOf, progressFrom, type Position, type PullProgress } from './pull-progress.js';
import { pullSettings, type PullSettings } from './pull-settings.js';
import { quotaPauseMs } from './rate-limit-headers.policy.js';
import { readPage, type PageContent } from './records.policy.js';
import { higherOf, parameterFor } from './watermark.policy.js';

/** Shorter ones are not looked for: the number of a page could be one. */
const minSecretChars = 8;

/** An address as it may be shown: without the query, which may hold a key. */
export function shownAddress(address: string | URL): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

interface Page extends PageContent {
  body: unknown;
  linkHeader: string | undefined;
  pauseMs: number | undefined;
  /** That went along with the request. */
  secrets: string[];
}

/** Reads records page by page. */
@Injectable()
export class ApiPuller {
  constructor(private readonly requests: AuthorizedRequests) {}

  /** @throws SyncFailure; the reason of the signal */
  async *pull(
    integration: IntegrationEntity,
    { checkpoint, signal }: PullContext,
  ): AsyncGenerator<PulledPage, PullSummary, void> {
    const { address, settings } = sourceOf(integration);
    const progress = progressFrom(checkpoint, address, settings);
    const visited = new VisitedPlaces();
    let position = progress.position ?? beginning;
    const leaving = new AbortController();
    const over = AbortSignal.any([signal, leaving.signal]);
    const begin = (url: URL, number: number): Promise<Page> => {
      const page = this.read(integration, url, { settings, number, signal: over });
      // Looked at when its turn comes, which may be never.
      page.catch(() => undefined);
      return page;
    };
    let ahead: Promise<Page> | undefined;
    try {
      while (!position.isDone) {
        const url = urlOf(address, settings, progress, position.place);
        const { body, linkHeader, pauseMs, secrets, ...content } = await (ahead ?? begin(url, position.pages + 1));
        ahead = undefined;
        if (content.highest !== null) progress.seen = higherOf(progress.seen, content.highest);
        const total = position.total + content.count;
        const read = { url: url.href, place: position.place, body, linkHeader, count: content.count, total };
        const next = withoutSecrets(nextPlace(settings.pagination, read), integration, secrets);
        visited.add(position.place);
        position = advance(position, { next, total, content, visited });
        if (content.records.length > 0 || content.rejected.length > 0 || !position.isDone) {
          const { records, rejected } = content;
          const mayReadOn = !position.isDone && position.pages < settings.maxPages && pauseMs === undefined;
          // While this page is stored the next one is on its way, unless the source wants to be left alone.
          if (mayReadOn) ahead = begin(urlOf(address, settings, progress, position.place), position.pages + 1);
          yield { records, rejected, checkpoint: { ...progress, position }, ...(pauseMs !== undefined && { pauseMs }) };
        }
        if (!position.isDone && position.pages >= settings.maxPages) throw tooManyPages(settings);
      }
    } finally {
      leaving.abort();
    }
    const { of, since, seen } = progress;
    return { checkpoint: { of, since: seen, seen, position: null }, isFull: since === null };
  }

  /** Reads the first page, as a pull would that knows nothing. */
  async readFirst(integration: IntegrationEntity, signal: AbortSignal): Promise<{ place: string; count: number }> {
    const { address, settings } = sourceOf(integration);
    const url = pageUrl(address, settings.pagination, null);
    const { count } = await this.read(integration, url, { settings, number: 1, signal });
    return { place: shownAddress(url), count };
  }

  private async read(
    integration: IntegrationEntity,
    url: URL,
    { settings, number, signal }: { settings: PullSettings; number: number; signal: AbortSignal },
  ): Promise<Page> {
    const { headers, timeout } = integration.config as ApiConfig;
    const request = {
      method: 'GET',
      url: url.href,
      headers: { accept: 'application/json', ...lowerCaseNames(headers) },
      timeoutMs: timeout,
      maxResponseBytes: settings.maxPageBytes,
      // The engine leaves a source alone that fails, by a schedule of its own.
      hasCircuitBreaker: false,
      signal,
    } as const;
    const place = shownAddress(url);
    try {
      const { response, secrets } = await this.requests.send(integration, request);
      const now = new Date();
      const failure = failureOfAnswer(response, place, now);
      if (failure !== undefined) throw failure;
      const isEmpty = response.status === 204;
      const body = isEmpty ? [] : parseJsonAnswer(response);
      const content = readPage(
        body,
        isEmpty ? { ...settings, recordsPath: '$' } : settings,
        `${place}, page ${number}`,
      );
      const link = response.headers['link'];
      const linkHeader = Array.isArray(link) ? link.join(', ') : link;
      return { ...content, body, linkHeader, secrets, pauseMs: quotaPauseMs(response.headers, now) };
    } catch (error) {
      throw asSyncFailure(error, signal);
    }
  }
}

/** Where records are read from, and how. */
function sourceOf({ config }: IntegrationEntity): { address: string; settings: PullSettings } {
  const { endpoint, syncEndpoint, pull } = config as ApiConfig;
  const address = syncEndpoint ?? endpoint;
  const placeholders = placeholdersIn(address);
  if (placeholders.length > 0) {
    const message = `The address still has placeholders: replace ${placeholders.join(', ')} with real values`;
    throw new SyncFailure('configuration', message);
  }
  return { address, settings: pull ?? pullSettings.parse({}) };
}

function urlOf(address: string, settings: PullSettings, { since }: PullProgress, place: Place): URL {
  const url = pageUrl(address, settings.pagination, place);
  const { watermark } = settings;
  // The address of a next page has it already, or what the server made of it.
  const isGiven = settings.pagination.style === 'link' && place !== null;
  if (watermark !== undefined && since !== null && !isGiven) {
    url.searchParams.set(watermark.parameter, parameterFor(since, watermark));
  }
  return url;
}

function advance(
  before: Position,
  { next, total, content, visited }: { next: Place; total: number; content: PageContent; visited: VisitedPlaces },
): Position {
  const pages = before.pages + 1;
  const keys = digestOf(content.records.map(({ key }) => key));
  if (next === null) return { place: null, pages, total, keys, isDone: true };
  const isRepeated = content.records.length > 0 && keys === before.keys;
  if (visited.has(next) || isRepeated) {
    const message = `The source goes round in a circle: after page ${pages} it leads to a page that was read before`;
    throw new SyncFailure('source', message);
  }
  return { place: next, pages, total, keys, isDone: false };
}

/** Servers repeat the address they were asked at, and some our credentials; those are sent anew with each page, and not kept. */
function withoutSecrets(place: Place, { authType, authConfig }: IntegrationEntity, secrets: string[]): Place {
  if (typeof place !== 'string' || !/^https?:/.test(place)) return place;
  const url = new URL(place);
  const { parameter } = authConfig;
  if (authType === 'api_key' && typeof parameter === 'string') url.searchParams.delete(parameter);
  const repeated = [...url.searchParams].filter(
    ([, value]) => value.length >= minSecretChars && secrets.includes(value),
  );
  for (const [name] of repeated) url.searchParams.delete(name);
  return url.href;
}

function tooManyPages({ maxPages }: PullSettings): SyncFailure {
  return new SyncFailure(
    'configuration',
    `There are more than ${maxPages} pages; raise pull.maxPages or check the paging`,
  );
}
