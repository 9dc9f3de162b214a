import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../../platform/config/app-config.js';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { HealthRegistry } from '../../platform/health/health-registry.js';
import { IdentityModule } from '../identity/index.js';
import { chooseDriver } from './execution/choose-driver.js';
import { ExecutionDriver } from './execution/execution-driver.js';
import { ExecutionHealth } from './execution/execution-health.js';
import { ExecutionService } from './execution/execution.service.js';
import { ExecutionSettings, executionSettingsOf } from './execution/execution.settings.js';
import { ExecutionEvents } from './executions/execution-events.js';
import { ExecutionRunner } from './executions/execution-runner.js';
import { ExecutionSweeper } from './executions/execution-sweeper.js';
import { ExecutionEntity } from './executions/execution.entity.js';
import { ExecutionsController } from './executions/executions.controller.js';
import { ExecutionsRepository } from './executions/executions.repository.js';
import { ExecutionsService } from './executions/executions.service.js';
import { BuiltInExercises } from './exercises/built-in-exercises.js';
import { ExerciseSource } from './exercises/exercise-source.js';
import { ExercisesController, ExercisesRefreshController } from './exercises/exercises.controller.js';
import { ExercisesHealth } from './exercises/exercises-health.js';
import { ExercisesService } from './exercises/exercises.service.js';
import { ServiceExercises } from './exercises/service-exercises.js';
import { ExerciseProgressEntity } from './progress/exercise-progress.entity.js';
import { ProgressController } from './progress/progress.controller.js';
import { exerciseCompleted, progressUpdated } from './progress/progress.events.js';
import { ProgressRepository } from './progress/progress.repository.js';
import { ProgressService } from './progress/progress.service.js';
import { ExecuteService } from './runs/execute.service.js';
import { GradedResultEntity } from './runs/graded-result.entity.js';
import { GradedResultsRepository } from './runs/graded-results.repository.js';
import { GradedResults } from './runs/graded-results.service.js';
import { RunsController } from './runs/runs.controller.js';
import { RunsService } from './runs/runs.service.js';
import { ServiceRegistry } from './services/service-registry.js';
import { ServicesController } from './services/services.controller.js';
import { ServicesService } from './services/services.service.js';

/** The gateway of the Python learning portal: exercises, running Python, progress. */
@Module({
  imports: [IdentityModule, TypeOrmModule.forFeature([ExerciseProgressEntity, ExecutionEntity, GradedResultEntity])],
  controllers: [
    ExercisesRefreshController,
    ExercisesController,
    ProgressController,
    RunsController,
    ExecutionsController,
    ServicesController,
  ],
  providers: [
    ServiceRegistry,
    ServicesService,
    {
      provide: ExerciseSource,
      useFactory: ({ pythonServices }: AppConfig, registry: ServiceRegistry) =>
        pythonServices.exercises.length === 0
          ? new BuiltInExercises()
          : new ServiceExercises(registry.get('exercises'), pythonServices.catalogueRefreshMs),
      inject: [AppConfig, ServiceRegistry],
    },
    ExercisesHealth,
    ExercisesService,
    ProgressRepository,
    ProgressService,
    { provide: ExecutionSettings, useFactory: executionSettingsOf, inject: [AppConfig] },
    {
      provide: ExecutionDriver,
      useFactory: ({ pythonServices }: AppConfig, settings: ExecutionSettings, registry: ServiceRegistry) =>
        chooseDriver(pythonServices, settings, registry),
      inject: [AppConfig, ExecutionSettings, ServiceRegistry],
    },
    ExecutionService,
    ExecutionHealth,
    GradedResultsRepository,
    GradedResults,
    RunsService,
    ExecutionsRepository,
    ExecutionRunner,
    ExecutionsService,
    ExecutionEvents,
    ExecutionSweeper,
    ExecuteService,
  ],
})
export class PythonPortalModule implements OnModuleInit {
  constructor(
    private readonly catalogue: EventCatalogue,
    private readonly health: HealthRegistry,
    private readonly executionHealth: ExecutionHealth,
    private readonly exercisesHealth: ExercisesHealth,
  ) {}

  onModuleInit(): void {
    this.catalogue.register(exerciseCompleted, progressUpdated);
    this.health.register(this.executionHealth);
    this.health.register(this.exercisesHealth);
  }
}
