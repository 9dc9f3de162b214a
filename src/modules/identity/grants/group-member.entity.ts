import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

/** A user's membership in a group that grants can name. A group exists as long as it has members. */
@Entity('group_members')
export class GroupMemberEntity {
  @PrimaryColumn('text', { name: 'group_name' })
  groupName: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'group_members_user', onDelete: 'CASCADE' })
  userId: string;

  @Column('timestamptz', { name: 'added_at', default: () => 'now()' })
  addedAt: Date;
}
