// Tags, custom fields and settings as history keeps them; of a password that and when it was set, never more.
import type { CustomField, Settings, Tag } from '../catalogue/nouns.js'
import type { Image } from '../entities.js'
import { isoTime } from './iso-time.js'

export function tagImage(tag: Tag): Image {
  return {
    id: tag.id,
    name: tag.name,
    color: tag.color,
    description: tag.description,
    created_at: isoTime(tag.createdMs),
    updated_at: isoTime(tag.updatedMs),
    revision: tag.revision,
  }
}

export function customFieldImage(field: CustomField): Image {
  return {
    id: field.id,
    entity_type: field.entityType,
    field_name: field.fieldName,
    field_type: field.fieldType,
    is_required: field.isRequired,
    field_options: field.fieldOptions,
    created_at: isoTime(field.createdMs),
    updated_at: isoTime(field.updatedMs),
    revision: field.revision,
  }
}

export function settingsImage(settings: Settings): Image {
  return {
    smtp_host: settings.smtpHost,
    smtp_port: settings.smtpPort,
    smtp_user: settings.smtpUser,
    smtp_password_revision: settings.smtpPasswordRevision,
    smtp_from: settings.smtpFrom,
    alert_email: settings.alertEmail,
    backup_retention_days: settings.backupRetentionDays,
    updated_at: isoTime(settings.updatedMs),
    revision: settings.revision,
  }
}
