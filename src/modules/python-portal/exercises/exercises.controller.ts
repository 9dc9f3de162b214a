import { Controller, Get, HttpCode, Param, ParseEnumPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import type { PreparedJson } from '../../../platform/http/prepared-json.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import {
  CategoryResponse,
  CurriculumResponse,
  ExerciseMetadataResponse,
  ExerciseQuery,
  ExerciseResponse,
  ExerciseStatsResponse,
  PaginationResponse,
} from './exercise.dto.js';
import type { Difficulty } from './exercise.model.js';
import { CatalogueKeeper } from './catalogue-keeper.js';
import { NeedsCatalogue } from './catalogue.guard.js';
import { ExercisesService } from './exercises.service.js';
import { CallerExercises } from '../standing/caller-exercises.service.js';
import { RefreshResponse } from './refresh.response.js';

const Level = { beginner: 'beginner', intermediate: 'intermediate', advanced: 'advanced' } as const;

@ApiTags('Python portal: exercises')
@Access('public')
@NeedsCatalogue()
@Controller()
export class ExercisesController {
  constructor(
    private readonly exercises: ExercisesService,
    private readonly own: CallerExercises,
  ) {}

  @Get('exercises')
  @ApiOperation({ summary: 'List exercises, filtered and paged, in the order they are taught' })
  @ApiEnvelope([ExerciseResponse], { pagination: PaginationResponse })
  list(@CurrentCaller() caller: Caller | undefined, @Query() query: ExerciseQuery) {
    return this.own.list(caller, query);
  }

  @Get('exercises/difficulty/:level')
  @ApiOperation({ summary: 'List the exercises of one difficulty' })
  @ApiParam({ name: 'level', enum: Level })
  @ApiEnvelope([ExerciseResponse], { pagination: PaginationResponse })
  listByDifficulty(
    @CurrentCaller() caller: Caller | undefined,
    @Param('level', new ParseEnumPipe(Level)) difficulty: Difficulty,
  ) {
    return this.own.list(caller, { difficulty, limit: 100, offset: 0 });
  }

  @Get('exercises/:id')
  @ApiOperation({ summary: 'Read an exercise, without its solution and hidden tests' })
  @ApiParam({ name: 'id', example: 'E0_greet' })
  @ApiEnvelope(ExerciseResponse)
  get(@CurrentCaller() caller: Caller | undefined, @Param('id') id: string) {
    return this.own.get(caller, id);
  }

  @Get('exercises/:id/metadata')
  @ApiOperation({ summary: 'Read what an exercise is about, without its text and code' })
  @ApiParam({ name: 'id', example: 'E0_greet' })
  @ApiEnvelope(ExerciseMetadataResponse)
  getMetadata(@CurrentCaller() caller: Caller | undefined, @Param('id') id: string) {
    return this.own.getMetadata(caller, id);
  }

  @Get('topics')
  @ApiOperation({ summary: 'List the topics of all exercises' })
  @ApiEnvelope([String], {}, ['functions', 'strings'])
  topics(): PreparedJson {
    return this.exercises.topics();
  }

  @Get('categories')
  @ApiOperation({ summary: 'List the categories' })
  @ApiEnvelope([CategoryResponse])
  categories(): PreparedJson {
    return this.exercises.categories();
  }

  @Get('curriculum')
  @ApiOperation({ summary: 'Read the learning path and what comes before what' })
  @ApiEnvelope(CurriculumResponse)
  curriculum(): PreparedJson {
    return this.exercises.curriculum();
  }

  @Get('stats')
  @ApiOperation({ summary: 'Count exercises and minutes' })
  @ApiEnvelope(ExerciseStatsResponse)
  stats(): PreparedJson {
    return this.exercises.stats();
  }
}

@ApiTags('Python portal: exercises')
@Access('admin')
@Controller()
export class ExercisesRefreshController {
  constructor(private readonly keeper: CatalogueKeeper) {}

  @Post('exercises/refresh')
  @HttpCode(200)
  @UseEnvelope('Cache refreshed successfully')
  @ApiOperation({ summary: 'Load the catalogue again' })
  @ApiEnvelope(RefreshResponse)
  async refresh(): Promise<RefreshResponse> {
    return { count: await this.keeper.refresh() };
  }
}
