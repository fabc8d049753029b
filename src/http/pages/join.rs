//! Joining by invitation. The secret travels in the fragment of the mailed link, which no server sees: a script puts it into
//! the form, and without scripts the person pastes it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::posted::{Fields, Posted};
use super::recipient::torn_code;
use super::view::{JoinCodePage, JoinPage, LanguageSwitch};
use super::visit::{Answer, Visit};
use crate::crypt::{INVITATION_SYMBOLS, invitation_code, parse_invitation_code};
use crate::error::{Error, PasswordFlaw, Problem};
use crate::http::link_code;
use crate::http::routes::{Access, Routes, at};
use crate::model::{Passphrase, Token};
use crate::staff::invitation::{self, Invited};
use crate::staff::passphrase;
use crate::staff::strength::Owner;

pub(super) fn configure(routes: &mut Routes) {
    routes
        .add(at("/join").get(Access::Public, entrance).post(Access::Public, accept))
        .add(at("/join/look").post(Access::Public, look))
        // Where a mail gateway wrote the `#` of the link as `%23`, the code stands in the path.
        .add(at("/join{torn:[#%].*}").get(Access::Public, torn));
}

fn code_page(visit: &Visit, code: &str) -> JoinCodePage {
    JoinCodePage { frame: visit.frame("/join"), code: code.to_owned() }
}

/// The same page for everybody: it says nothing of any invitation.
async fn entrance(visit: Visit) -> HttpResponse {
    visit.page(StatusCode::OK, &code_page(&visit, ""))
}

async fn torn(visit: Visit, rest: web::Path<String>) -> HttpResponse {
    visit.page(StatusCode::OK, &code_page(&visit, torn_code(&rest)))
}

/// The page for a code that opens nothing.
fn refused(visit: &Visit, fields: &Fields, problem: &Problem) -> HttpResponse {
    let mut page = code_page(visit, fields.get("secret"));
    page.frame.refuse(if matches!(problem, Problem::Field { .. }) { "secret" } else { "" }, problem);
    visit.refused_page(problem, &page)
}

fn secret_of(fields: &Fields) -> Result<Token, Problem> {
    let secret = parse_invitation_code(fields.get("secret"));
    secret.map_err(|error| Problem::Field { field: "invitation", flaw: link_code::flaw(error, INVITATION_SYMBOLS) })
}

async fn invited(visit: &Visit, secret: &Token) -> Result<Invited, Error> {
    invitation::look(&visit.gateway, secret).await
}

fn page(visit: &mut Visit, secret: &Token, invited: Invited) -> JoinPage {
    let Invited { account, expires_at, rules } = invited;
    visit.prefer(account.language);
    let minimum = rules.minimum_for(&account.roles);
    let owner = Owner::of(&account, &visit.gateway.office().name);
    let code = invitation_code(secret).to_string();
    let mut frame = visit.frame("/join");
    frame.switch = LanguageSwitch::Post { action: "/join/look".into(), fields: vec![("secret".into(), code.clone())] };
    JoinPage {
        frame,
        secret: code,
        name: account.name,
        email: account.email,
        validity: account.validity,
        waits: account.validity.from.filter(|from| visit.gateway.now() < *from),
        expires_at,
        minimum,
        rules: rules.passwords,
        suggestion: passphrase::suggest(&mut rand::rng(), minimum, &owner).to_string(),
    }
}

/// Tells the bearer of the secret who is invited, and asks for the password.
async fn look(form: Posted<Visit>) -> Answer {
    let Posted { by: mut visit, fields } = form;
    visit.choose_for_good(fields.get("lang"));
    let secret = match secret_of(&fields) {
        Ok(secret) => secret,
        Err(problem) => return Ok(refused(&visit, &fields, &problem)),
    };
    match invited(&visit, &secret).await {
        Ok(invited) => {
            let page = page(&mut visit, &secret, invited);
            Ok(visit.page(StatusCode::OK, &page))
        }
        Err(Error::Problem(problem)) => Ok(refused(&visit, &fields, &problem)),
        Err(fault) => Err(visit.refuse(fault)),
    }
}

async fn accept(form: Posted<Visit>) -> Answer {
    let Posted { by: mut visit, fields } = form;
    visit.choose(fields.get("lang"));
    let secret = match secret_of(&fields) {
        Ok(secret) => secret,
        Err(problem) => return Ok(refused(&visit, &fields, &problem)),
    };
    let visitor = visit.visitor()?;
    let new = fields.get("new");
    let accepted = match new == fields.get("again") {
        true => invitation::accept(&visit.gateway, &secret, Passphrase::new(new.to_owned()), &visitor).await,
        false => Err(Problem::PasswordRefused(PasswordFlaw::Differs).into()),
    };
    let problem = match accepted {
        Ok(_) => return Ok(visit.go("/sign-in?done=joined")),
        Err(Error::Problem(problem)) => problem,
        Err(fault) => return Err(visit.refuse(fault)),
    };
    let field = match &problem {
        Problem::PasswordRefused(PasswordFlaw::Differs) => "again",
        Problem::PasswordRefused(_) => "new",
        _ => "",
    };
    // Whoever is refused is told the same as at first: an invitation that is over shows nothing of anybody.
    match invited(&visit, &secret).await {
        Ok(invited) => {
            let mut page = page(&mut visit, &secret, invited);
            page.frame.refuse(field, &problem);
            Ok(visit.refused_page(&problem, &page))
        }
        Err(Error::Problem(over)) => Ok(refused(&visit, &fields, &over)),
        Err(fault) => Err(visit.refuse(fault)),
    }
}
