import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AcceptsForeignTokens, Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { CatalogQuery, CatalogResponse } from './catalog.dto.js';
import { CatalogService } from './catalog.service.js';

@ApiTags('Educates: catalogue')
@AcceptsForeignTokens()
@Access('guest')
@Controller('catalog')
export class CatalogController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  @Header('cache-control', 'private, no-cache')
  @ApiOperation({
    summary: 'List the workshops of all portals that you may see',
    description: 'A workshop that several portals offer is listed once. A portal that fails is shown as it last was.',
  })
  @ApiOkResponse({ type: CatalogResponse })
  list(
    @CurrentCaller() caller: Caller,
    @Query() { q: text, label = [], offset, limit, ...filter }: CatalogQuery,
  ): Promise<CatalogResponse> {
    const labels = label.map((entry) => {
      const [key = '', ...value] = entry.split('=');
      return { key, value: value.length === 0 ? undefined : value.join('=') };
    });
    return this.catalog.search(caller, { text, labels, ...filter }, { offset, limit });
  }
}
