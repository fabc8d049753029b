//! OpenID Connect: code flow with PKCE (RFC 7636, RFC 9700).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AuthType, AuthenticationFlow, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse, UserInfoClaims, UserInfoError,
};
use openidconnect::{ClaimsVerificationError, IdTokenClaims, SignatureVerificationError};

use super::reach::{Reach, Unreached};
use crate::error::{Doing, Error, Problem, Result};
use crate::model::Passphrase;
use crate::port::{IdentityProvider, Known, Thread};

use claims::{Extra, known};

mod claims;

/// How long a discovery document and its keys are taken as they were.
const KEPT: Duration = Duration::from_secs(3600);
/// A provider that could not be reached is not asked again for so long.
const PAUSE: Duration = Duration::from_secs(5);
/// Providers tell times in whole seconds.
const ROUNDING: Duration = Duration::from_secs(5);
/// An earlier sign-in that a provider remembers counts for this long.
const REMEMBERED: Duration = Duration::from_secs(12 * 3600);
/// Signatures that only the provider can make. With HMAC whoever knows the client's secret could.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Fields = IdTokenFields<
    Extra,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Claims = IdTokenClaims<Extra, CoreGenderClaim>;
type Profile = UserInfoClaims<Extra, CoreGenderClaim>;
type Party = Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What a provider is asked with.
pub struct OidcSettings {
    /// Its issuer identifier.
    pub issuer: String,
    /// Under which it knows this installation.
    pub client_id: String,
    /// The secret to it.
    pub client_secret: Option<Passphrase>,
    /// The only authority that counts for it.
    pub ca_pem: Option<Vec<u8>>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Whether its mail addresses count although it does not say that they are verified.
    pub trust_email: bool,
    /// The claim that gives roles.
    pub groups_claim: Option<String>,
}

/// An OpenID provider over HTTPS.
pub struct OidcProvider {
    settings: OidcSettings,
    issuer: IssuerUrl,
    reach: Reach,
    /// What it said of itself, or that it said nothing, and when.
    said: Mutex<Option<(Instant, Option<Arc<CoreProviderMetadata>>)>>,
}

impl OidcProvider {
    /// Asks nothing yet: a provider that is down does not keep the gateway from starting.
    ///
    /// # Errors
    /// The issuer is no address, or the authority no certificate.
    pub fn new(settings: OidcSettings) -> Result<Self> {
        let issuer = IssuerUrl::new(settings.issuer.clone()).doing("reading the issuer of an OpenID provider")?;
        let reach = Reach::new(settings.ca_pem.as_deref())?;
        Ok(Self { settings, issuer, reach, said: Mutex::new(None) })
    }

    /// Its discovery document with its keys: as kept, unless `anew`.
    async fn metadata(&self, anew: bool) -> Result<Arc<CoreProviderMetadata>> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match said {
            Some((at, Some(metadata))) if !anew && at.elapsed() < KEPT => return Ok(metadata),
            Some((at, None)) if at.elapsed() < PAUSE => return Err(Problem::ProviderUnavailable.into()),
            _ => {}
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.reach).await;
        let found = found.inspect_err(|error| self.warn(error, "an OpenID provider cannot be reached"));
        let metadata = found.ok().map(Arc::new);
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), metadata.clone()));
        metadata.ok_or_else(|| Problem::ProviderUnavailable.into())
    }

    fn party(&self, metadata: &CoreProviderMetadata, redirect: &str) -> Result<Party> {
        let secret = self.settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let id = ClientId::new(self.settings.client_id.clone());
        let redirect = RedirectUrl::new(redirect.to_owned()).doing("naming where an OpenID provider leads back to")?;
        let party = Party::from_provider_metadata(metadata.clone(), id, secret).set_redirect_uri(redirect);
        let takes = metadata.token_endpoint_auth_methods_supported();
        let by_form_only = takes.is_some_and(|ways| {
            ways.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        Ok(if by_form_only { party.set_auth_type(AuthType::RequestBody) } else { party })
    }

    async fn exchange(&self, party: &Party, code: &str, thread: &Thread) -> Result<Tokens> {
        let request = party.exchange_code(AuthorizationCode::new(code.to_owned()));
        let request = request.map_err(|error| self.refused(&error))?;
        let verifier = PkceCodeVerifier::new(thread.verifier.clone());
        request.set_pkce_verifier(verifier).request_async(&self.reach).await.map_err(|error| match error {
            RequestTokenError::Request(error) => self.unreached(&error),
            error => self.refused(&error),
        })
    }

    /// The claims, after signature, issuer, audience, times and nonce were found right. A provider changes its keys now and
    /// then: with a key that is not known they are fetched once more.
    async fn claims(&self, party: &Party, tokens: &Tokens, redirect: &str, nonce: &str) -> Result<Claims> {
        let nonce = Nonce::new(nonce.to_owned());
        match verified(party, tokens, &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let party = self.party(&*self.metadata(true).await?, redirect)?;
                verified(&party, tokens, &nonce)
            }
            looked_at => looked_at,
        }
        .map_err(|error| self.refused(&error))
    }

    /// What the provider tells only when asked: some keep their ID tokens short.
    async fn profile(
        &self,
        party: &Party,
        token: &AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<Option<Profile>> {
        let Ok(request) = party.user_info(token.clone(), Some(subject.clone())) else { return Ok(None) };
        request.request_async(&self.reach).await.map(Some).map_err(|error| match error {
            UserInfoError::Request(error) => self.unreached(&error),
            error => self.refused(&error),
        })
    }

    fn warn(&self, error: &dyn std::error::Error, what: &str) {
        let causes: Vec<String> =
            std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
        tracing::warn!(issuer = %self.settings.issuer, error = %causes.join(": "), "{what}");
    }

    fn refused(&self, error: &dyn std::error::Error) -> Error {
        self.warn(error, "an OpenID provider did not confirm a sign-in");
        Problem::ProviderRefused.into()
    }

    fn unreached(&self, error: &Unreached) -> Error {
        self.warn(error, "an OpenID provider cannot be reached");
        Problem::ProviderUnavailable.into()
    }
}

fn verified(party: &Party, tokens: &Tokens, nonce: &Nonce) -> Result<Claims, ClaimsVerificationError> {
    let token = tokens.id_token().ok_or_else(|| ClaimsVerificationError::Other("there is no ID token".into()))?;
    token.claims(&party.id_token_verifier().set_allowed_algs(SIGNATURES), nonce).cloned()
}

/// How long ago the provider asked the person, by its own clock.
fn ago(claims: &Claims) -> Option<Duration> {
    let since = claims.auth_time().map(|at| (claims.issue_time() - at).num_seconds());
    since.and_then(|since| u64::try_from(since).ok()).map(Duration::from_secs)
}

/// Whether the person was there within the time that the whole took. Both times are the provider's: its clock may differ
/// from ours.
fn is_fresh(claims: &Claims, took: Duration) -> bool {
    ago(claims).is_some_and(|ago| ago <= took + ROUNDING)
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    async fn begin(&self, redirect: &str, fresh: bool) -> Result<(String, Thread)> {
        let metadata = self.metadata(false).await?;
        let party = self.party(&metadata, redirect)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = party
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        // With a greatest age the provider must say when it asked the person (OpenID Connect Core 1.0, 3.1.2.1).
        request = match fresh {
            true => request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO),
            false => request.set_max_age(REMEMBERED),
        };
        let (url, state, nonce) = request.url();
        let thread =
            Thread { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok((url.into(), thread))
    }

    async fn finish(&self, redirect: &str, code: &str, thread: &Thread, fresh: Option<Duration>) -> Result<Known> {
        let metadata = self.metadata(false).await?;
        let party = self.party(&metadata, redirect)?;
        let tokens = self.exchange(&party, code, thread).await?;
        let claims = self.claims(&party, &tokens, redirect, &thread.nonce).await?;
        if fresh.is_some_and(|took| !is_fresh(&claims, took)) {
            tracing::warn!(issuer = %self.settings.issuer, "an OpenID provider answered from an earlier sign-in");
            return Err(Problem::ProviderRefused.into());
        }
        let profile = match claims::are_enough(&claims, &self.settings) {
            true => None,
            false => self.profile(&party, tokens.access_token(), claims.subject()).await?,
        };
        Ok(Known { ago: ago(&claims), ..known(&claims, profile.as_ref(), &self.settings) })
    }
}
