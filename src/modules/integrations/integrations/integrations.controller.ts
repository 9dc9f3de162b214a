import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import {
  ApiBadGatewayResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiGatewayTimeoutResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { CredentialStates } from '../credentials/credential-states.js';
import { LogsService } from '../logs/logs.service.js';
import { MessageResponse } from '../message-response.dto.js';
import { PageQuery } from '../page-query.dto.js';
import { IntegrationActivationService } from './integration-activation.service.js';
import { IntegrationCallsService } from './integration-calls.service.js';
import {
  CallResponse,
  IntegrationChangedResponse,
  IntegrationCreatedResponse,
  IntegrationDetailsResponse,
  IntegrationListResponse,
  toIntegrationResponse,
} from './integration-responses.dto.js';
import { CreateIntegrationBody, SendBody, TestIntegrationBody, UpdateIntegrationBody } from './integration.dto.js';
import { IntegrationsService } from './integrations.service.js';

const recentLogEntries = 10;

@ApiTags('Integrations')
@Access('admin')
@Controller()
export class IntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly activation: IntegrationActivationService,
    private readonly calls: IntegrationCallsService,
    private readonly logs: LogsService,
    private readonly credentials: CredentialStates,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List integrations, newest first' })
  @ApiOkResponse({ type: IntegrationListResponse })
  async list(@Query() { limit, cursor }: PageQuery): Promise<IntegrationListResponse> {
    const { rows, nextCursor } = await this.integrations.list(limit, cursor);
    return { success: true, integrations: rows.map(toIntegrationResponse), nextCursor };
  }

  @Post()
  @ApiOperation({ summary: 'Create an integration; it is inactive until it is activated' })
  @ApiCreatedResponse({ type: IntegrationCreatedResponse })
  @ApiConflictResponse({ description: 'The name is taken' })
  @ApiUnprocessableEntityResponse({ description: 'A member of config or authConfig does not fit; each is named' })
  async create(
    @Body() body: CreateIntegrationBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<IntegrationCreatedResponse> {
    const integrationId = await this.integrations.create(body, actor);
    return { success: true, integrationId, message: 'Integration registered successfully' };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read an integration with its newest log entries' })
  @ApiOkResponse({ type: IntegrationDetailsResponse })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<IntegrationDetailsResponse> {
    const integration = await this.integrations.get(id);
    const { rows } = await this.logs.list(id, { limit: recentLogEntries });
    return {
      success: true,
      integration: toIntegrationResponse(integration),
      credentials: await this.credentials.of(integration),
      recentLogs: rows,
      isActive: integration.status === 'active',
    };
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change an integration; members that are left out stay as they are' })
  @ApiOkResponse({ type: IntegrationChangedResponse })
  @ApiConflictResponse({ description: 'The name is taken' })
  @ApiUnprocessableEntityResponse({ description: 'A member of config or authConfig does not fit; each is named' })
  async update(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateIntegrationBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<IntegrationChangedResponse> {
    const integration = toIntegrationResponse(await this.integrations.update(id, body, actor));
    return { success: true, message: 'Integration updated successfully', integration };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete an integration with its webhooks; what is not delivered yet is cancelled' })
  @ApiOkResponse({ type: MessageResponse })
  async delete(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.integrations.delete(id, actor);
    return { success: true, message: 'Integration deleted successfully' };
  }

  @Post(':id/activate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take an integration into use and deliver what was held' })
  @ApiUnprocessableEntityResponse({ description: 'The endpoint still has placeholders' })
  @ApiOkResponse({ type: MessageResponse })
  async activate(@Param('id', ParseUUIDPipe) id: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.activation.activate(id, actor);
    return { success: true, message: 'Integration activated successfully' };
  }

  @Post(':id/deactivate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take an integration out of use; its deliveries are held, not dropped' })
  @ApiOkResponse({ type: MessageResponse })
  async deactivate(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.activation.deactivate(id, actor);
    return { success: true, message: 'Integration deactivated successfully' };
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Prove that the other system is there and takes the credentials, or send it test data' })
  @ApiUnprocessableEntityResponse({ description: 'There is nothing that can be called' })
  @ApiBadGatewayResponse({ description: 'The endpoint refused, or could not be reached' })
  @ApiGatewayTimeoutResponse({ description: 'The endpoint did not answer in time' })
  @ApiOkResponse({ type: CallResponse })
  async test(@Param('id', ParseUUIDPipe) id: string, @Body() { testData }: TestIntegrationBody): Promise<CallResponse> {
    return { success: true, ...(await this.calls.test(id, testData)) };
  }

  @Post(':id/send')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send data to the endpoint with the credentials' })
  @ApiConflictResponse({ description: 'The integration is not active' })
  @ApiUnprocessableEntityResponse({ description: 'There is nothing that can be called' })
  @ApiBadGatewayResponse({ description: 'The endpoint refused, or could not be reached' })
  @ApiGatewayTimeoutResponse({ description: 'The endpoint did not answer in time' })
  @ApiOkResponse({ type: CallResponse })
  async send(@Param('id', ParseUUIDPipe) id: string, @Body() { data, endpoint }: SendBody): Promise<CallResponse> {
    return { success: true, ...(await this.calls.send(id, data, endpoint)) };
  }
}
