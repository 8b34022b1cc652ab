/** The BuildKit client: everything that code outside `electron/buildkit` may use. */
export type { Dial } from './dial';
export { BuildkitClient } from './client';
export type { BuildkitClientOptions, ReadContentOptions } from './client';
export type { OpenSessionOptions, Session } from './session/open';
export { runSolve } from './solve';
export type { RunSolveOptions, SolveOutcome } from './solve';
export type { CacheLocation, Exporter, SolveCall, SolveRequest, SolveResponse } from './solveRequest';
export { SolveError } from './solveError';
export type { SolveErrorSource } from './statusDetails';
export { CancelledError, ConnectError, DaemonGoneError, SessionError } from './errors';
export { GrpcCode, GrpcError } from './grpcStatus';
export type {
  SourcePosition,
  SourceRange,
  StatusEvent,
  StatusVertex,
  VertexLog,
  VertexStatus,
  VertexWarning,
} from './status';
export type { DaemonPlatform, DaemonVersion, GcPolicy, PruneOptions, UsageRecord, Worker } from './daemon';
export type {
  BuildHistoryEvent,
  BuildHistoryQuery,
  BuildHistoryRecord,
  BuildHistoryUpdate,
  BuildResult,
  ContentDescriptor,
} from './history';
export type { FrontendQuestion, Gateway, GatewayCall } from './gateway/gateway';
export type { VertexSources } from './gateway/vertexSources';
export { runGateway } from './gateway/run';
export type { RunGatewayOptions } from './gateway/run';
export { askLint, askOutline, askTargets, SubrequestUnsupportedError } from './gateway/subrequests';
export type {
  LintAnswer,
  LintWarning,
  OutlineAnswer,
  OutlineArg,
  OutlineMount,
  TargetStage,
} from './gateway/answers';
export type { SessionCall, SessionHandler, SessionMetadata, SessionService } from './session/service';
export { createAuthService } from './session/auth';
export type { AuthServiceOptions, CredentialProvider, RegistryCredentials } from './session/auth';
export { fetchRegistryToken } from './session/tokenServer';
export type { RegistryToken, TokenRequest } from './session/tokenServer';
export { createSecretsService } from './session/secrets';
export type { SecretStore } from './session/secrets';
export { createSshService } from './session/ssh';
export { createUploadService } from './session/upload';
export type { UploadService } from './session/upload';
