import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventCatalogue } from '../../platform/events/event-catalogue.js';
import { IdentityModule } from '../identity/index.js';
import { BuiltInExercises } from './exercises/built-in-exercises.js';
import { ExerciseSource } from './exercises/exercise-source.js';
import { ExercisesController, ExercisesRefreshController } from './exercises/exercises.controller.js';
import { ExercisesService } from './exercises/exercises.service.js';
import { ExerciseProgressEntity } from './progress/exercise-progress.entity.js';
import { ProgressController } from './progress/progress.controller.js';
import { exerciseCompleted, progressUpdated } from './progress/progress.events.js';
import { ProgressRepository } from './progress/progress.repository.js';
import { ProgressService } from './progress/progress.service.js';

/** The gateway of the Python learning portal: exercises, running Python, progress. */
@Module({
  imports: [IdentityModule, TypeOrmModule.forFeature([ExerciseProgressEntity])],
  controllers: [ExercisesRefreshController, ExercisesController, ProgressController],
  providers: [
    ExercisesService,
    { provide: ExerciseSource, useFactory: () => new BuiltInExercises() },
    ProgressService,
    ProgressRepository,
  ],
})
export class PythonPortalModule implements OnModuleInit {
  constructor(private readonly catalogue: EventCatalogue) {}

  onModuleInit(): void {
    this.catalogue.register(exerciseCompleted, progressUpdated);
  }
}
