//! API tokens of who asks. They are made at the browser and shown there once.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::describe::Refusals;
use crate::gateway::Gateway;
use crate::http::guard::Staff;
use crate::http::problem::Failure;
use crate::model::{Scope, Time, TokenId};
use crate::staff::tokens;
use crate::store::tokens::ApiToken;

/// Tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct TokensOut {
    /// The newest first.
    tokens: Vec<TokenOut>,
}

/// A token, without itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenOut {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: TokenId,
    /// What its maker called it.
    name: String,
    /// What it may do.
    scope: Scope,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was last used, to the minute.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

impl From<&ApiToken> for TokenOut {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name.clone(),
            scope: token.scope,
            created_at: token.created_at.to_rfc3339(),
            expires_at: token.expires_at.to_rfc3339(),
            last_used_at: token.last_used_at.map(Time::to_rfc3339),
            revoked_at: token.revoked_at.map(Time::to_rfc3339),
        }
    }
}

/// Lists own tokens.
#[utoipa::path(get, operation_id = "listTokens", path = "/tokens", tag = "account",
    responses((status = 200, description = "The tokens", body = TokensOut), Refusals))]
pub async fn list(gateway: web::Data<Gateway>, staff: Staff) -> Result<HttpResponse, Failure> {
    let tokens = tokens::list(&gateway, staff.0.account.id).await?;
    Ok(HttpResponse::Ok().json(TokensOut { tokens: tokens.iter().map(TokenOut::from).collect() }))
}
