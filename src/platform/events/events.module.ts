import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventCatalogue } from './event-catalogue.js';
import { EventDispatcher } from './event-dispatcher.js';
import { EventPublisher } from './event-publisher.js';
import { EventReader } from './event-reader.js';
import { EventRetention } from './event-retention.js';
import { EventEntity } from './event.entity.js';
import { EventsRepository } from './events.repository.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([EventEntity])],
  providers: [EventCatalogue, EventDispatcher, EventPublisher, EventReader, EventRetention, EventsRepository],
  exports: [EventCatalogue, EventDispatcher, EventPublisher, EventReader, EventRetention],
})
export class EventsModule {}
