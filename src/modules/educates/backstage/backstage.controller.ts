import { Controller, Get, Header, Headers, HttpCode, Param, Post, Res, UseFilters } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiInternalServerErrorResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import {
  AcceptsForeignTokens,
  Access,
  CurrentAccount,
  CurrentCaller,
  type AccountCaller,
  type Caller,
} from '../../identity/index.js';
import { LogoTokenResponse, portalCatalogSchema, portalSessionSchema } from './backstage.dto.js';
import { BackstageFilter } from './backstage.filter.js';
import { BackstageService } from './backstage.service.js';
import { LogosService } from './logos.service.js';

/** Paths, bodies, statuses and texts of the Backstage plugin `educates-backend`. */
@AcceptsForeignTokens()
@ApiTags('Educates: Backstage')
@ApiParam({ name: 'portal', example: 'campus' })
@Controller()
export class BackstageController {
  constructor(
    private readonly backstage: BackstageService,
    private readonly logos: LogosService,
  ) {}

  @Get('workshops/:portal')
  @Access('guest')
  @UseFilters(new BackstageFilter('Failed to get workshops catalog'))
  @Header('cache-control', 'private, no-cache')
  @ApiOperation({ summary: 'Read the catalogue of one portal as the portal has it' })
  @ApiOkResponse({ schema: portalCatalogSchema, description: 'The `Age` header tells how old it is, in seconds' })
  @ApiForbiddenResponse({ description: 'Access denied to this training portal' })
  @ApiNotFoundResponse({ description: 'Training portal not found' })
  @ApiInternalServerErrorResponse({ description: 'Failed to get workshops catalog' })
  async readCatalog(
    @CurrentCaller() caller: Caller,
    @Param('portal') portal: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const { body, ageSeconds } = await this.backstage.readCatalog(caller, portal);
    reply.header('age', String(ageSeconds));
    return body;
  }

  @Post('workshops/:portal/token')
  @HttpCode(200)
  @Access('guest')
  @UseFilters(new BackstageFilter('Failed to get access token'))
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: "Get a token for a portal's logo page",
    description: "The portal's own tokens are never given to anybody: they open every session of everybody.",
  })
  @ApiOkResponse({ type: LogoTokenResponse })
  @ApiForbiddenResponse({ description: 'Access denied to this training portal' })
  @ApiNotFoundResponse({ description: 'Training portal not found' })
  @ApiInternalServerErrorResponse({ description: 'Failed to get access token' })
  async issueToken(@CurrentCaller() caller: Caller, @Param('portal') portal: string): Promise<LogoTokenResponse> {
    const { token, lifetimeSeconds } = await this.logos.issueToken(caller, portal);
    return { access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds, scope: 'logo' };
  }

  @Post('workshops/:portal/:environment/request')
  @HttpCode(200)
  @Access('guest')
  @UseFilters(new BackstageFilter('Failed to request workshop'))
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Request a session in one environment of a portal',
    description: 'The session is the caller’s: asked for again, the same one is given. A body is ignored.',
  })
  @ApiParam({ name: 'environment', example: 'campus-w01' })
  @ApiOkResponse({ schema: portalSessionSchema })
  @ApiForbiddenResponse({ description: 'Access denied to start this workshop' })
  @ApiNotFoundResponse({ description: 'Training portal not found, or Workshop not found with environment name: …' })
  @ApiInternalServerErrorResponse({ description: 'Failed to request workshop' })
  request(
    @CurrentAccount() caller: AccountCaller,
    @Param('portal') portal: string,
    @Param('environment') environment: string,
  ): Promise<Record<string, unknown>> {
    return this.backstage.request(caller, portal, environment);
  }

  @Get('portals/:portal/workshops/catalog')
  @Unguarded()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'private, max-age=300')
  @ApiOperation({
    summary: "Show a portal's logo",
    description:
      'Where the plugin’s front end looks for it: below the `portal.url` of the catalogue, with the token that it got.',
  })
  @ApiBearerAuth('logo-token')
  @ApiProduces('text/html')
  @ApiOkResponse({ schema: { type: 'string', example: '<img class="portal-logo" src="data:image/png;base64,…">' } })
  @ApiUnauthorizedResponse({ description: 'The token is missing, is for another portal or has ended' })
  showLogo(
    @Param('portal') portal: string,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<string> {
    return this.logos.showPage(portal, authorization);
  }
}
