// What other rooms may use of the ledger.
export { ADDRESS_BYTES, addressToBytes, bytesToAddress } from './address/address-bytes.js'
export type { Address } from './address/address-text.js'
export { formatAddress, parseAddress } from './address/address-text.js'
export type { CidrError } from './address/cidr-text.js'
export { formatCidr, parseCidr } from './address/cidr-text.js'
export { explainAddress } from './address/explain-address.js'
export { addressBits, familyLast, IPV4_BITS, IPV6_BITS } from './address/family.js'
export { parseMac } from './address/mac-text.js'
export type { AddressRange, Cidr } from './address/range.js'
export {
  hostBits,
  isSingleAddress,
  lastAddress,
  networkRange,
  networkSize,
  rangeContains,
  rangeSize,
  rangesOverlap,
  usableRange,
} from './address/range.js'
export type { Surroundings } from './address-space/tree-queries.js'
export type { AlertCommand, AlertMailedCommand, ReviewAlertsCommand } from './alerts/commands.js'
export { REVIEW_SUBJECTS_MAX } from './alerts/commands.js'
export type { Alert, AlertKind, AlertSeverity } from './alerts/nouns.js'
export type { AlertRows } from './alerts/rows.js'
export type { CatalogueView } from './catalogue/catalogue.js'
export type {
  CatalogueCommand,
  SettingName,
  UpdateCustomFieldCommand,
  UpdateSettingsCommand,
  UpdateTagCommand,
} from './catalogue/commands.js'
export { CUSTOM_FIELDS_MAX, FIELD_OPTIONS_MAX, TAGS_MAX } from './catalogue/commands.js'
export type {
  CatalogueImage,
  CustomField,
  FieldEntity,
  FieldType,
  Settings,
  Tag,
} from './catalogue/nouns.js'
export { defaultSettings } from './catalogue/nouns.js'
export type { CatalogueRefusal, CatalogueResult, ShownSettings } from './catalogue/outcomes.js'
export type { CatalogueRows } from './catalogue/rows.js'
export { clusterImage } from './changes/images.js'
export { reservationText } from './changes/reservation-images.js'
export { COMMAND_VERSION, commandVersionOf } from './command-versions.js'
export type {
  AllocateBlockCommand,
  AllocateNumberCommand,
  AllocationFacts,
  BulkCommand,
  ClusterMember,
  Command,
  CreateAllocationCommand,
  CreateNetworkCommand,
  CreateNumberPoolCommand,
  CreatePoolCommand,
  CreateSubnetCommand,
  IdempotencyKey,
  ReleaseAllocationCommand,
  ReleaseBlockCommand,
  ReleaseNumberCommand,
  Request,
  StepReference,
  SubnetFacts,
  TransactionCommand,
  TransactionStep,
  UpdateSubnetCommand,
} from './commands.js'
export { BULK_STEPS_MAX, COMMAND_ROWS_MAX } from './commands.js'
export type {
  Allocation,
  AllocationDetails,
  AllocationStatus,
  Change,
  ChangeAction,
  CustomFields,
  Deletion,
  EntityKind,
  Family,
  Image,
  Member,
  Network,
  NetworkStatistics,
  NumberClaim,
  NumberFigures,
  NumberKind,
  NumberPool,
  Origin,
  PlacementStrategy,
  PoolFacet,
  PoolFigures,
  RouteFormat,
  SubnetFacet,
  Vrf,
} from './entities.js'
export type {
  BootstrapCommand,
  CreateApiTokenCommand,
  CreateUserCommand,
  DeleteUserCommand,
  IdentityCommand,
  RecordLoginCommand,
  RecordLoginFailureCommand,
  RevokeAccessTokenCommand,
  RevokeApiTokenCommand,
  RotateSigningKeyCommand,
  TidyIdentityCommand,
  UpdateUserCommand,
} from './identity/commands.js'
export {
  API_TOKENS_OF_USER_MAX,
  LOGIN_FAILURES_MAX,
  REVOCATIONS_MAX,
  SIGNING_KEYS_MAX,
  USERS_MAX,
} from './identity/commands.js'
export type { IdentityView } from './identity/identities.js'
export type {
  ApiToken,
  IdentityImage,
  LoginFailures,
  Permission,
  Principal,
  Revocation,
  Role,
  SigningKey,
  User,
} from './identity/nouns.js'
export { rolePermissions } from './identity/nouns.js'
export type { IdentityRefusal, IdentityResult } from './identity/outcomes.js'
export type { IdentityRows } from './identity/rows.js'
export type {
  AdvanceJobCommand,
  ApplyTagsCommand,
  CreateTagJobCommand,
  JobCommand,
} from './jobs/commands.js'
export { JOBS_MAX, TAGGED_AT_ONCE_MAX, TAGGED_BY_JOB_MAX } from './jobs/commands.js'
export type { TagItem, TagJob, TagOperation, TagOutcome, TagWork } from './jobs/nouns.js'
export type { JobResult } from './jobs/outcomes.js'
export type { JobRows } from './jobs/rows.js'
export type { Placement } from './ledger.js'
export { Ledger } from './ledger.js'
export type { MemberCommand } from './member-commands.js'
export { MEMBERS_MAX, REMOVED_MEMBERS_MAX } from './member-commands.js'
export { formatNumber } from './number-space/number-format.js'
export type { ClaimHolder, Outcome, PoolKind, Refusal, Result } from './outcomes.js'
export type {
  CreateFilterCommand,
  CreateRuleCommand,
  CreateShareCommand,
  MergePreferencesCommand,
  PersonalCommand,
  ReadNotificationCommand,
  ReviewRulesCommand,
  SharesViewedCommand,
  TidyPersonalCommand,
  UpdateRuleCommand,
} from './personal/commands.js'
export {
  CRITERIA_BYTES_MAX,
  CROSSINGS_OF_REVIEW_MAX,
  NOTIFICATIONS_MAX,
  PREFERENCES_BYTES_MAX,
  RULE_RESOURCES_MAX,
  RULES_MAX,
  SAVED_FILTERS_MAX,
  SHARE_TTL_MS_MAX,
  SHARES_MAX,
  VIEWS_OF_COMMAND_MAX,
} from './personal/commands.js'
export { type JsonObject, mergeJson } from './personal/json.js'
export type {
  Crossing,
  Notification,
  NotificationRule,
  NotificationSeverity,
  Preferences,
  SavedFilter,
  Share,
} from './personal/nouns.js'
export type { PersonalRefusal, PersonalResult } from './personal/outcomes.js'
export type { PersonalRows } from './personal/rows.js'
export { isCrossed, watches } from './personal/watch.js'
export type {
  ClusterIdentity,
  EndedClaim,
  IdempotencyRecord,
  LedgerImage,
  LedgerRows,
  PruneSlice,
  Sequence,
  SessionState,
} from './ports.js'
export type {
  CreateCommentCommand,
  CreateCountryCommand,
  CreateHostsCommand,
  CreateRegionCommand,
  RegionCommand,
  RegionFacts,
  RetireRegionCommand,
  UpdateCountryCommand,
  UpdateHostCommand,
  UpdateRegionCommand,
} from './regions/commands.js'
export { COMMENTS_MAX, COUNTRIES_MAX, HOSTS_OF_BATCH_MAX } from './regions/commands.js'
export { defaultCountries } from './regions/default-countries.js'
export type {
  Comment,
  Country,
  HostFacts,
  RegionFacet,
  RegionStatus,
  ResourceType,
} from './regions/nouns.js'
export type { RegionRefusal, RegionResult } from './regions/outcomes.js'
export { HOSTS_OF_REGION } from './regions/region-cidr.js'
export type { RegionView } from './regions/region-view.js'
export type { HostName, RegionRows } from './regions/rows.js'
export type {
  CancelReservationCommand,
  ConvertReservationCommand,
  CreateReservationCommand,
  DismissReservationCommand,
  PlaceReservationCommand,
  ReservationCommand,
} from './reservations/commands.js'
export type { Reservation, ReservationStatus } from './reservations/nouns.js'
export type { ReservationRefusal, ReservationResult } from './reservations/outcomes.js'
export type { ReservationRows } from './reservations/rows.js'
export { HOLD_HOURS_MAX } from './rules/checks.js'
export { DEFAULT_VRF_ID, DEFAULT_VRF_NAME } from './rules/cluster.js'
export { refusePrincipal } from './rules/principal.js'

export { ENDS_SOON_MS, type Sight, shows, sightsOfClaim, sightsOfUse } from './rules/sights.js'

export { isSealed, SEALED_PREFIX } from './sealed.js'
export type {
  CreateWebhookCommand,
  RecordDeliveriesCommand,
  ReportedAttempt,
  UpdateWebhookCommand,
  WebhookCommand,
} from './webhooks/commands.js'
export {
  ATTEMPTS_MAX,
  EVENTS_OF_WEBHOOK_MAX,
  FAILURES_MAX,
  PENDING_MAX,
  REPORTED_ATTEMPTS_MAX,
  WEBHOOKS_MAX,
  WEBHOOKS_OF_CLUSTER_MAX,
} from './webhooks/commands.js'
export {
  eventHeard,
  type ToldCapacity,
  type ToldEvent,
  type ToldHost,
  type ToldRegion,
  webhookEventsOf,
} from './webhooks/events.js'
export type { DeliveryAttempt, PendingDelivery, Webhook, WebhookEvent } from './webhooks/nouns.js'
export { webhookEvents } from './webhooks/nouns.js'
export type { WebhookResult } from './webhooks/outcomes.js'
export { comparePositions, endOfEntry, type HistoryPosition } from './webhooks/position.js'
export type { WebhookRows } from './webhooks/rows.js'
