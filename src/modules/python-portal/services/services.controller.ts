import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Access } from '../../identity/index.js';
import { ServiceInstanceResponse, ServiceResponse } from './services.dto.js';
import { ServicesService } from './services.service.js';

@ApiTags('Python portal: services')
@Access('admin')
@Controller('services')
export class ServicesController {
  constructor(private readonly services: ServicesService) {}

  @Get()
  @UseEnvelope('Services retrieved successfully')
  @ApiOperation({
    summary: 'Show the services behind the portal and each of their instances',
    description:
      'Empty when the built-in catalogue and sandbox are used. What is shown is what the answering process knows.',
  })
  @ApiEnvelope([ServiceResponse])
  list(): ServiceResponse[] {
    return this.services.list();
  }

  @Post(':name/instances/:id/drain')
  @HttpCode(200)
  @UseEnvelope('Instance drained')
  @ApiOperation({ summary: 'Send an instance no more calls; those under way go on (this process only)' })
  @ApiParam({ name: 'name', example: 'executor' })
  @ApiParam({ name: 'id', example: '3fa2b1c0' })
  @ApiEnvelope(ServiceInstanceResponse)
  drain(@Param('name') name: string, @Param('id') id: string): ServiceInstanceResponse {
    return this.services.drain(name, id);
  }

  @Post(':name/instances/:id/restore')
  @HttpCode(200)
  @UseEnvelope('Instance restored')
  @ApiOperation({ summary: 'Send a drained instance calls again, few at first (this process only)' })
  @ApiParam({ name: 'name', example: 'executor' })
  @ApiParam({ name: 'id', example: '3fa2b1c0' })
  @ApiEnvelope(ServiceInstanceResponse)
  restore(@Param('name') name: string, @Param('id') id: string): ServiceInstanceResponse {
    return this.services.restore(name, id);
  }
}
