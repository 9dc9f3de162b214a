import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one person has set for the Python portal; nobody has a row before setting something. */
@Entity('portal_preferences')
export class PortalPreferencesEntity {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  /** IANA name. */
  @Column('text', { name: 'time_zone', nullable: true })
  timeZone: string | null;

  /** The made-up name on the leaderboard; null for whoever is not on it. */
  @Column('text', { name: 'leaderboard_alias', nullable: true })
  leaderboardAlias: string | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
