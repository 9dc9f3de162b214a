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
import { RunsController } from './runs/runs.controller.js';
import { RunsService } from './runs/runs.service.js';
import { ServiceRegistry } from './services/service-registry.js';
import { ServicesController } from './services/services.controller.js';
import { ServicesService } from './services/services.service.js';

/** The gateway of the Python learning portal: exercises, running Python, progress. */
@Module({
  imports: [IdentityModule, TypeOrmModule.forFeature([ExerciseProgressEntity])],
  controllers: [
    ExercisesRefreshController,
    ExercisesController,
    ProgressController,
    RunsController,
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
    RunsService,
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
