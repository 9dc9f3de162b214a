import { Controller, Get, Header, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { PaginationResponse } from '../exercises/exercise.dto.js';
import { ClassExportService } from './class-export.service.js';
import {
  ClassExerciseResponse,
  ClassPageQuery,
  ClassParams,
  ClassResponse,
  ClassStudentResponse,
} from './classes.dto.js';
import { ClassesService } from './classes.service.js';

@ApiTags('Python portal: classes')
@Access('instructor')
@ApiNotFoundResponse({ description: 'The caller teaches no such class' })
@Controller('classes')
export class ClassesController {
  constructor(
    private readonly classes: ClassesService,
    private readonly exports: ClassExportService,
  ) {}

  @Get()
  @UseEnvelope('Classes retrieved successfully')
  @ApiOperation({
    summary: 'List the classes that the caller teaches',
    description:
      'A class is a group of /grants/groups. Its instructors hold a grant of python-portal.class.teach on class:<group>.',
  })
  @ApiEnvelope([ClassResponse], { pagination: PaginationResponse })
  list(@CurrentCaller() caller: Caller, @Query() query: ClassPageQuery): Promise<Enveloped<ClassResponse[]>> {
    return this.classes.list(caller, query);
  }

  @Get(':class/students')
  @UseEnvelope('Students retrieved successfully')
  @ApiOperation({ summary: 'List the students of a class, with what they have done' })
  @ApiEnvelope([ClassStudentResponse], { pagination: PaginationResponse })
  students(
    @CurrentCaller() caller: Caller,
    @Param() params: ClassParams,
    @Query() query: ClassPageQuery,
  ): Promise<Enveloped<ClassStudentResponse[]>> {
    return this.classes.students(caller, params.class, query);
  }

  @Get(':class/exercises')
  @UseEnvelope('Statistics retrieved successfully')
  @ApiOperation({ summary: "Read a class's pass rate and hardest test of every exercise" })
  @ApiEnvelope([ClassExerciseResponse])
  exercises(@CurrentCaller() caller: Caller, @Param() params: ClassParams): Promise<ClassExerciseResponse[]> {
    return this.classes.exerciseStatistics(caller, params.class);
  }

  @Get(':class/progress.csv')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Export what a class has done, for a spreadsheet' })
  @ApiProduces('text/csv')
  @ApiOkResponse({
    description: 'A line for each student and exercise that was begun',
    schema: {
      type: 'string',
      example: 'student,email,studentId,exercise,…\r\nAda Lovelace,ada@example.org,,E0_greet,…',
    },
  })
  async csv(@CurrentCaller() caller: Caller, @Param() params: ClassParams): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.csv(caller, params.class), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${params.class}.csv"`,
    });
  }
}
