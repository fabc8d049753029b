//! The own account.

use super::States;
use super::cast::{Cast, day};
use crate::error::{FieldFlaw, Problem};
use crate::http::pages::view::{MePage, Notice, ProfileForm, TokenForm, TokenRow};
use crate::model::{Role, Scope, TokenId};

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("me");
    let token = |name: &str, used_at| TokenRow {
        id: TokenId::new(day(-3)),
        name: cast.words(name),
        scope: Scope::Send,
        expires_at: day(90),
        used_at,
    };
    let page = |frame, tokens, new_token| MePage {
        frame,
        email: cast.words("sato@yamada.example"),
        roles: vec![Role::Sender, Role::Approver, Role::Auditor, Role::Administrator],
        profile: ProfileForm {
            name: cast.words("佐藤 花子"),
            phone: cast.words("03-1234-5678"),
            language: cast.language,
        },
        tokens,
        token_form: TokenForm {
            name: cast.words(""),
            scope: Scope::Send,
            days: cast.words("90"),
            scopes: Scope::ALL.to_vec(),
        },
        new_token,
    };
    states.add("me", page(cast.frame(true), vec![], None));
    let mut frame = cast.refused(
        true,
        "days",
        Problem::Field { field: "days", flaw: FieldFlaw::OutOfBounds { least: 1, most: 365 } },
    );
    frame.notice = Some(Notice::Saved);
    let tokens = vec![token("給与明細の送付", Some(day(-1))), token("夜間バッチ", None)];
    states.add("me-tokens", page(frame, tokens, Some(cast.words("kkt_0123456789abcdefghjkmnpqrstvwxyz0123"))));
    states
}
