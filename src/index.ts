export { API_VERSION } from "../generated/contract.ts";
export type { components, operations, paths } from "../generated/schema.ts";
export type { ApiCall, Result } from "./call.ts";
export {
  ApiError,
  BadRequestError,
  ConfigurationError,
  ConflictError,
  ConnectionError,
  ForbiddenError,
  InvalidArgumentError,
  isPolytomicError,
  NotFoundError,
  PolytomicError,
  ServerError,
  TimeoutError,
  TooManyRequestsError,
  UnauthorizedError,
  UnexpectedResponseError,
  UnprocessableEntityError,
} from "./errors.ts";
export type { AnyPolytomicError } from "./errors.ts";
export type { CallEvent } from "./events.ts";
export type { ApiResponse } from "./http/send.ts";
export type {
  IdempotentRequestOptions,
  Key,
  PolytomicOptions,
  RequestOptions,
  UntypedMethod,
  UntypedRequestInput,
} from "./options.ts";
export { Polytomic } from "./polytomic.ts";
export type { Organization } from "./polytomic.ts";
export type { CurrentIdentity, Identity } from "./resources/identity.ts";
export type { CreateOrganizationRequest, OrganizationData, Organizations } from "./resources/organizations.ts";
export type { Role, Roles } from "./resources/roles.ts";
export type {
  ApiKey,
  CreateApiKeyParams,
  CreateUserRequest,
  CurrentOrganizationUser,
  CurrentOrganizationUsers,
  OrganizationUsers,
  UpdatePartnerUserRequest,
  UpdateUserRequest,
  User,
} from "./resources/users.ts";
