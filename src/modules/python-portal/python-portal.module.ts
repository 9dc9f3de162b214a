import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../../platform/config/app-config.js';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { HealthRegistry } from '../../platform/health/health-registry.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
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
import { CatalogueKeeper } from './exercises/catalogue-keeper.js';
import { chooseExerciseSource } from './exercises/choose-exercise-source.js';
import { ExerciseSource } from './exercises/exercise-source.js';
import { ExercisesController, ExercisesRefreshController } from './exercises/exercises.controller.js';
import { ExercisesHealth } from './exercises/exercises-health.js';
import { ExercisesService } from './exercises/exercises.service.js';
import { ExerciseProgressEntity } from './progress/exercise-progress.entity.js';
import { ClassAccess } from './classes/class-access.js';
import { ClassExportService } from './classes/class-export.service.js';
import { ClassesController } from './classes/classes.controller.js';
import { ClassesRepository } from './classes/classes.repository.js';
import { ClassesService } from './classes/classes.service.js';
import { RegradeQueueRepository } from './classes/regrade-queue.repository.js';
import { RegradeRunner } from './classes/regrade-runner.service.js';
import { RegradesController } from './classes/regrades.controller.js';
import { RegradesRepository } from './classes/regrades.repository.js';
import { RegradesService } from './classes/regrades.service.js';
import { RegradeItemEntity } from './classes/regrade-item.entity.js';
import { RegradeEntity } from './classes/regrade.entity.js';
import { ExerciseTestResultEntity } from './progress/exercise-test-result.entity.js';
import { TestResultsRepository } from './progress/test-results.repository.js';
import { DashboardController } from './dashboard/dashboard.controller.js';
import { DashboardService } from './dashboard/dashboard.service.js';
import { LeaderboardController } from './leaderboard/leaderboard.controller.js';
import { LeaderboardRepository } from './leaderboard/leaderboard.repository.js';
import { LeaderboardService } from './leaderboard/leaderboard.service.js';
import { HintsController } from './hints/hints.controller.js';
import { HintsService } from './hints/hints.service.js';
import { SolutionsService } from './hints/solutions.service.js';
import { CallerExercises } from './standing/caller-exercises.service.js';
import { StandingController } from './standing/standing.controller.js';
import { PortalPreferencesEntity } from './preferences/portal-preferences.entity.js';
import { PreferencesController } from './preferences/preferences.controller.js';
import { PreferencesRepository } from './preferences/preferences.repository.js';
import { PreferencesService } from './preferences/preferences.service.js';
import { ProgressStatsService } from './progress/progress-stats.service.js';
import { ProgressSummaryRepository } from './progress/progress-summary.repository.js';
import { ForgetRemovedUsers } from './forget-removed-users.js';
import { DeviceEventsService } from './progress/device-events.service.js';
import { GuestMergeService } from './progress/guest-merge.service.js';
import { ProgressMergeRepository } from './progress/progress-merge.repository.js';
import { ProgressEventEntity } from './progress/progress-event.entity.js';
import { ProgressStore } from './progress/progress-store.service.js';
import { ProgressSyncService } from './progress/progress-sync.service.js';
import { ProgressController } from './progress/progress.controller.js';
import { exerciseCompleted, progressUpdated } from './progress/progress.events.js';
import { ProgressRepository } from './progress/progress.repository.js';
import { ProgressService } from './progress/progress.service.js';
import { ExecuteService } from './runs/execute.service.js';
import { GradedResultEntity } from './runs/graded-result.entity.js';
import { GradedResultsRepository } from './runs/graded-results.repository.js';
import { GradedResults } from './runs/graded-results.service.js';
import { RunsController } from './runs/runs.controller.js';
import { SolutionGrader } from './runs/solution-grader.service.js';
import { RunsService } from './runs/runs.service.js';
import { ServiceRegistry } from './services/service-registry.js';
import { ServicesController } from './services/services.controller.js';
import { ServicesService } from './services/services.service.js';

/** The gateway of the Python learning portal: exercises, running Python, progress. */
@Module({
  imports: [
    IdentityModule,
    TypeOrmModule.forFeature([
      ExerciseProgressEntity,
      ExecutionEntity,
      GradedResultEntity,
      ProgressEventEntity,
      ExerciseTestResultEntity,
      PortalPreferencesEntity,
      RegradeEntity,
      RegradeItemEntity,
    ]),
  ],
  controllers: [
    ExercisesRefreshController,
    ExercisesController,
    ProgressController,
    PreferencesController,
    HintsController,
    StandingController,
    LeaderboardController,
    DashboardController,
    ClassesController,
    RegradesController,
    RunsController,
    ExecutionsController,
    ServicesController,
  ],
  providers: [
    ServiceRegistry,
    ServicesService,
    {
      provide: ExerciseSource,
      useFactory: chooseExerciseSource,
      inject: [AppConfig, ServiceRegistry, RedisConnection],
    },
    CatalogueKeeper,
    ExercisesHealth,
    ExercisesService,
    ProgressRepository,
    ForgetRemovedUsers,
    ProgressStore,
    ProgressService,
    ProgressSyncService,
    DeviceEventsService,
    GuestMergeService,
    ProgressMergeRepository,
    ProgressStatsService,
    ProgressSummaryRepository,
    PreferencesRepository,
    PreferencesService,
    HintsService,
    SolutionsService,
    CallerExercises,
    LeaderboardRepository,
    LeaderboardService,
    DashboardService,
    TestResultsRepository,
    ClassAccess,
    ClassesRepository,
    ClassesService,
    ClassExportService,
    RegradesRepository,
    RegradeQueueRepository,
    RegradesService,
    RegradeRunner,
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
    SolutionGrader,
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
