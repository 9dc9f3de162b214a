import { codeVerifierColumn, OauthAuthorizationsRepository } from './oauth-authorizations.repository.js';
import { AuthorizedRequests } from './authorized-requests.js';
import { CredentialVault, credentialsColumn } from './credential-vault.js';
import { credentialsNeedReconnect, credentialsRecovered } from './credentials.events.js';
import { CredentialStates } from './credential-states.js';
import { OauthAuthorizationEntity } from './oauth-authorization.entity.js';
import { OauthAuthorizationService } from './oauth-authorization.service.js';
import { OauthCallback } from './oauth-callback.js';
import { OauthConnections } from './oauth-connections.js';
import { OauthTokenEntity } from './oauth-token.entity.js';
import { oauthTokenColumns, OauthTokensRepository } from './oauth-tokens.repository.js';
import { OauthTokens } from './oauth-tokens.service.js';
import { OauthClient } from './oauth.client.js';
import { TokenUpkeep } from './token-upkeep.js';

/** What the module is told of this folder. */
export const credentialEntities = [OauthTokenEntity, OauthAuthorizationEntity];

export const credentialProviders = [
  AuthorizedRequests,
  CredentialStates,
  CredentialVault,
  OauthAuthorizationService,
  OauthAuthorizationsRepository,
  OauthCallback,
  OauthClient,
  OauthConnections,
  OauthTokens,
  OauthTokensRepository,
  TokenUpkeep,
];

export const credentialEvents = [credentialsNeedReconnect, credentialsRecovered];

export const credentialColumns = [credentialsColumn, codeVerifierColumn, ...oauthTokenColumns];
