//! The second factor that everybody can have: an app for codes, and recovery codes for the day it is lost.

use zeroize::Zeroizing;

use crate::crypt::{
    QrPicture, generate_recovery_code, generate_totp_secret, parse_recovery_code, qr_picture, recovery_code_hash,
    recovery_code_text, totp_secret_text, totp_step, totp_uri,
};
use crate::error::{Error, Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, AccountId, Actor, Event, EventKind, Factor, Passphrase, Proofs, SignInRules, TotpSecret};
use crate::store::{Tx, accounts, passkeys, settings, totps};

use super::permit::{Newcomer, Person, SignedIn};
use super::visitor::Visitor;
use super::{guessing, session};

/// How many recovery codes are made at once.
const CODES: usize = 10;

/// Recovery codes as they are printed: shown once, stored nowhere.
pub type Codes = Vec<Zeroizing<String>>;

/// How an account's second factor stands.
#[derive(Clone, Debug)]
pub struct State {
    /// Whether an app is set up.
    pub app: bool,
    /// Whether it may be given up: what else is set up suffices for the account's roles.
    pub removable: bool,
    /// Recovery codes that are left.
    pub codes_left: i64,
    /// Passkeys that are set up.
    pub passkeys: usize,
}

impl State {
    /// Whether there is any second factor.
    pub fn is_any(&self) -> bool {
        self.app || self.passkeys > 0
    }
}

/// How the own second factor stands.
///
/// # Errors
/// The store cannot be read.
pub async fn state(gateway: &Gateway, newcomer: &Newcomer) -> Result<State> {
    let (account, proofs) = (newcomer.account.clone(), newcomer.signed_in().proofs());
    let usual = gateway.usual_rules.clone();
    gateway
        .store
        .read(move |tx| {
            let rules = settings::sign_in(tx)?.unwrap_or(usual);
            Ok(State {
                app: totps::is_enrolled(tx, account.id)?,
                removable: suffices_without_app(tx, &account, &rules, &proofs)?,
                codes_left: totps::recovery_codes_left(tx, account.id)?,
                passkeys: passkeys::of_account(tx, account.id)?.len(),
            })
        })
        .await
}

/// Begins to set up an app. One that is set up already goes on until the new one has shown a code.
///
/// # Errors
/// `PasswordChangeNeeded`, `ConfirmationNeeded`; `SignInNeeded` when the session ended meanwhile.
pub async fn begin(gateway: &Gateway, newcomer: &Newcomer) -> Result<()> {
    newcomer.may_enrol(gateway)?;
    let secret = generate_totp_secret(&mut rand::rng());
    let sealed = gateway.seal_to_custody(secret.expose())?;
    let (own, now) = (newcomer.clone(), gateway.now());
    gateway
        .store
        .write(move |tx| {
            session::still_there(tx, &own)?;
            totps::begin(tx, own.account.id, &sealed, now)
        })
        .await
}

/// What an app has to be told.
pub struct Shown {
    /// As a picture to be photographed.
    pub picture: QrPicture,
    /// As text to be typed.
    pub text: Zeroizing<String>,
}

/// The secret of the app that was begun, as long as it has shown no code.
///
/// # Errors
/// `PasswordChangeNeeded`, `ConfirmationNeeded`; `NotFound` when none was begun.
pub async fn shown(gateway: &Gateway, newcomer: &Newcomer) -> Result<Shown> {
    newcomer.may_enrol(gateway)?;
    let (_, secret) = pending(gateway, newcomer.account.id).await?;
    let uri = totp_uri(&secret, &gateway.office().name, &newcomer.account.email)?;
    Ok(Shown { picture: qr_picture(&uri)?, text: totp_secret_text(&secret) })
}

async fn pending(gateway: &Gateway, id: AccountId) -> Result<(Vec<u8>, TotpSecret)> {
    let app = gateway.store.read(move |tx| totps::of_account(tx, id)).await?;
    let sealed = app.as_ref().and_then(|app| app.pending()).ok_or(Problem::NotFound)?.to_vec();
    let secret = open(gateway, &sealed)?;
    Ok((sealed, secret))
}

fn open(gateway: &Gateway, sealed: &[u8]) -> Result<TotpSecret> {
    let bytes = gateway.store.keys().custody.open(sealed)?;
    let bytes: [u8; 20] =
        bytes.as_slice().try_into().map_err(|_| Error::fault("opening an app's secret", "odd length"))?;
    Ok(TotpSecret::new(bytes))
}

/// The app has shown a code: it counts from now on, for this session as well. Returns its recovery codes.
///
/// # Errors
/// `WrongCode`; `ConfirmationNeeded`; `NotFound` when none was begun; `SignInNeeded` when the session ended meanwhile.
pub async fn confirm(gateway: &Gateway, newcomer: &Newcomer, code: &Passphrase, visitor: &Visitor) -> Result<Codes> {
    newcomer.may_enrol(gateway)?;
    let running = newcomer.signed_in().running()?;
    let (id, email) = (newcomer.account.id, newcomer.account.email.clone());
    let (sealed, secret) = pending(gateway, id).await?;
    let step = totp_step(&secret, code.expose(), gateway.now())?.ok_or(Problem::WrongCode)?;
    let (codes, hashes) = fresh_codes();
    let now = gateway.now();
    session::prove(gateway, &running, Factor::Totp, None, visitor, move |tx| {
        accounts::lock(tx, id)?;
        if !totps::confirm(tx, id, &sealed, step)? {
            return Err(Problem::WrongCode.into());
        }
        totps::set_recovery_codes(tx, id, &hashes)?;
        guessing::forget_codes(tx, &email)?;
        for kind in [EventKind::TotpEnrolled, EventKind::RecoveryCodesMade] {
            tx.record(&Event::new(kind, now, Actor::Account(id)).account(id))?;
        }
        Ok(())
    })
    .await?;
    Ok(codes)
}

fn fresh_codes() -> (Codes, Vec<[u8; 32]>) {
    let made = std::iter::repeat_with(|| generate_recovery_code(&mut rand::rng())).take(CODES);
    made.map(|code| (recovery_code_text(&code), recovery_code_hash(&code))).unzip()
}

/// A session shows a code of the app. The code is used up with it: neither it nor an older one is taken again.
///
/// # Errors
/// `WrongCode`; `SlowDown` and `SourceBanned` after several; `SignInNeeded` when the session ended meanwhile.
pub async fn prove(gateway: &Gateway, signed_in: &SignedIn, code: &Passphrase, visitor: &Visitor) -> Result<()> {
    let running = signed_in.running()?;
    let (id, email) = (signed_in.account.id, signed_in.account.email.clone());
    let app = gateway.store.read(move |tx| totps::of_account(tx, id)).await?;
    let sealed = app.as_ref().and_then(|app| app.confirmed()).ok_or(Problem::WrongCode)?.to_vec();
    let secret = open(gateway, &sealed)?;
    let tried = guessing::charge_code(gateway, &email, id, visitor).await?;
    let failed = running.proving(Factor::Totp);
    let Some(step) = totp_step(&secret, code.expose(), gateway.now())?.filter(|_| !tried.stopped) else {
        guessing::note_failure(gateway, Some(&tried), (Some(id), &email), failed, visitor).await?;
        return Err(Problem::WrongCode.into());
    };
    let accepted = tried.clone();
    let proved = session::prove(gateway, &running, Factor::Totp, None, visitor, move |tx| {
        accounts::lock(tx, id)?;
        if !totps::use_step(tx, id, &sealed, step)? {
            return Err(Problem::WrongCode.into());
        }
        guessing::forgive(tx, &accepted)
    })
    .await;
    if matches!(proved, Err(Error::Problem(Problem::WrongCode))) {
        // A replay is a failure like any other.
        guessing::note_failure(gateway, Some(&tried), (Some(id), &email), failed, visitor).await?;
    }
    proved
}

/// A session uses a recovery code in place of the app. Not slowed down by wrong codes of the app: 120 bits are beyond
/// guessing, and this is the way out when somebody else used the tries up.
///
/// # Errors
/// `WrongCode`; `SignInNeeded` when the session ended meanwhile.
pub async fn recover(gateway: &Gateway, signed_in: &SignedIn, code: &Passphrase, visitor: &Visitor) -> Result<()> {
    let running = signed_in.running()?;
    let (id, email) = (signed_in.account.id, signed_in.account.email.clone());
    let failed = running.proving(Factor::RecoveryCode);
    let proved = match parse_recovery_code(code.expose()).map(|code| recovery_code_hash(&code)) {
        None => Err(Problem::WrongCode.into()),
        Some(hash) => {
            let name = email.clone();
            session::prove(gateway, &running, Factor::RecoveryCode, None, visitor, move |tx| {
                accounts::lock(tx, id)?;
                if !totps::use_recovery_code(tx, id, &hash)? {
                    return Err(Problem::WrongCode.into());
                }
                guessing::forget_codes(tx, &name)
            })
            .await
        }
    };
    if matches!(proved, Err(Error::Problem(Problem::WrongCode))) {
        guessing::note_failure(gateway, None, (Some(id), &email), failed, visitor).await?;
    }
    proved
}

/// Makes new recovery codes; the old ones are void.
///
/// # Errors
/// `PasswordChangeNeeded`, `ConfirmationNeeded`; `NotFound` without an app; `SignInNeeded` when the session ended meanwhile.
pub async fn renew_codes(gateway: &Gateway, person: &Person) -> Result<Codes> {
    person.require_fresh(gateway)?;
    let (codes, hashes) = fresh_codes();
    let (own, now) = (Newcomer::from(person.clone()), gateway.now());
    gateway
        .store
        .write(move |tx| {
            session::still_there(tx, &own)?;
            let id = own.account.id;
            if !totps::is_enrolled(tx, id)? {
                return Err(Problem::NotFound.into());
            }
            totps::set_recovery_codes(tx, id, &hashes)?;
            tx.record(&Event::new(EventKind::RecoveryCodesMade, now, Actor::Account(id)).account(id))
        })
        .await?;
    Ok(codes)
}

/// Gives the app up. Other sessions that rest on it end.
///
/// # Errors
/// `PasswordChangeNeeded`, `ConfirmationNeeded`; `WouldShutOut` when what is left does not suffice for the account's roles; `SignInNeeded` when the
/// session ended meanwhile.
pub async fn remove(gateway: &Gateway, person: &Person) -> Result<()> {
    person.require_fresh(gateway)?;
    let (own, proofs, now) = (Newcomer::from(person.clone()), person.signed_in().proofs(), gateway.now());
    let usual = gateway.usual_rules.clone();
    gateway
        .store
        .write(move |tx| {
            session::still_there(tx, &own)?;
            let id = own.account.id;
            let rules = settings::sign_in(tx)?.unwrap_or(usual);
            if !suffices_without_app(tx, &own.account, &rules, &proofs)? {
                return Err(Problem::WouldShutOut.into());
            }
            if !totps::remove(tx, id)? {
                return Ok(());
            }
            session::end_others(tx, id, Some(own.row.id), now, Actor::Account(id))?;
            tx.record(&Event::new(EventKind::TotpRemoved, now, Actor::Account(id)).account(id))
        })
        .await?;
    gateway.destroy_doomed_keys().await;
    Ok(())
}

/// Whether an account could still sign in by the rules if it had no app.
fn suffices_without_app(tx: &mut Tx, account: &Account, rules: &SignInRules, proofs: &Proofs) -> Result<bool> {
    let of_app = |factor: &Factor| matches!(factor, Factor::Totp | Factor::RecoveryCode);
    let mut reach = proofs.factors().iter().copied().filter(|one| !of_app(one)).fold(Proofs::default(), Proofs::with);
    if accounts::credentials(tx, account.id)?.has_password() {
        reach = reach.with(Factor::Password);
    }
    if !passkeys::of_account(tx, account.id)?.is_empty() {
        reach = reach.with(Factor::Passkey);
    }
    Ok(rules.are_met_by(&account.roles, &reach))
}
