//! Certificates, receipts and the page about the log.

use std::collections::BTreeMap;

use super::States;
use super::cast::{Cast, day, minute};
use crate::audit::{About, Disclosed, Fetched, Hash, InclusionProof, Proved, RECEIPT_FORMAT, Receipt, Statement};
use crate::http::pages::view::{CertificatePage, CertificatesPage, LogPage, Obstacle};
use crate::model::{DeliveryId, EventId, LogReason, Office, TransferId};
use crate::staff::log::about::Told;
use crate::staff::log::certificate::{Certificate, Listed};
use crate::staff::log::receipt::{Offered, Signing};
use crate::store::proofs::Erased;
use crate::store::settings::{Checked, Inconsistency};
use crate::store::tree::{Log, Signed};

const ORIGIN: &str = "files.yamada.example/audit/2026-2";
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const TRANSFER: &str = "01a206c6-7880-7079-9b94-000000000001";

pub(super) fn states(cast: &Cast) -> States {
    let mut states = States::of("proofs");
    certificates(cast, &mut states);
    months(cast, &mut states);
    logs(cast, &mut states);
    states
}

fn checkpoint() -> String {
    format!(
        "{ORIGIN}\n1284\nH1ydnHkJNmG8pRmeqYWQDCb+2A5VZbUu2ZmlN8ZkSpM=\n\n— {ORIGIN} x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
}

fn delivery() -> DeliveryId {
    DeliveryId::new(day(-9))
}

fn made(cast: &Cast, named: bool) -> Certificate {
    let names =
        if named { vec![cast.words("決算書_2026年度.pdf"), cast.words("契約書.docx")] } else { Vec::new() };
    let statement = Statement {
        transfer: TRANSFER.into(),
        files: 2,
        bytes: 3_500_000,
        names,
        sealed_at: Some(day(-9).millis()),
        dispatched_at: Some(day(-9).millis() + 4000),
        retrieved: if named {
            vec![Fetched { delivery: delivery().to_string(), at: day(-3).millis() }]
        } else {
            Vec::new()
        },
        reason: if named { "retrieved" } else { "expired" }.into(),
        by: "system".into(),
        ended_at: day(-2).millis(),
        erased_at: day(-2).millis() + 900,
        keys_destroyed: true,
        absence_verified: true,
    };
    let leaf = format!(
        r#"{{"actor":{{"by":"system"}},"at":{},"blobs":3,"commitments":{{}},"event":"shredded","outcome":"ok","subject":{{"transfer":"{TRANSFER}"}},"v":1}}"#,
        statement.erased_at
    );
    let proof = InclusionProof { index: 1279, path: vec![Hash([7; 32]), Hash([9; 32])], checkpoint: checkpoint() };
    let entries = vec![Proved { leaf, proof: proof.text(), values: Vec::<Disclosed>::new() }];
    let about = About { office: cast.words(super::OFFICE), references: references() };
    let receipt =
        Receipt { format: RECEIPT_FORMAT.into(), issued_at: 0, about, statement: Some(statement.clone()), entries };
    Certificate { receipt, statement, text: String::new(), digest: DIGEST.into() }
}

fn references() -> BTreeMap<String, String> {
    BTreeMap::from([(delivery().to_string(), "K-7K2M-90QF".to_owned())])
}

fn certificates(cast: &Cast, states: &mut States) {
    let offer = |word: &str, of: Option<DeliveryId>, at, signing| Offered {
        event: EventId::nth(at, 0),
        word: word.into(),
        at,
        delivery: of,
        signing,
    };
    let all = vec![
        offer("dispatched", None, day(-9), Signing::Done),
        offer("retrieved", Some(delivery()), day(-3), Signing::Done),
        offer("shredded", None, day(-2), Signing::Done),
    ];
    let page = |made, offered: Vec<Offered>, is_own| CertificatePage {
        frame: cast.frame(true),
        contact: Office {
            address: cast.words("〒100-0000 東京都千代田区一番町1-2"),
            phone: "03-1234-5678".into(),
            ..Office::default()
        },
        base: format!("/transfers/{TRANSFER}"),
        is_own,
        issued_at: day(0),
        made,
        offered,
        references: references(),
    };
    states.add("certificate", page(Ok(made(cast, true)), all.clone(), true));
    states.add("certificate-without-names", page(Ok(made(cast, false)), all.clone(), false));
    let waiting = vec![
        offer("dispatched", None, day(-9), Signing::Done),
        offer("retrieved", Some(delivery()), minute(0), Signing::Soon),
    ];
    let ended =
        vec![offer("dispatched", None, day(-9), Signing::Done), offer("shredded", None, day(-2), Signing::Never)];
    states.add("certificate-not-erased", page(Err(Obstacle::NotErased), waiting, true));
    states.add("certificate-not-signed", page(Err(Obstacle::NotSigned), all, true));
    states.add("certificate-never-signed", page(Err(Obstacle::NeverSigned), ended, true));
    states.add("certificate-no-receipts", page(Err(Obstacle::NotErased), Vec::new(), true));
}

fn months(cast: &Cast, states: &mut States) {
    let row = |references: &[&str], at| Listed {
        erased: Erased { event: EventId::nth(at, 0), at, transfer: TransferId::new(at) },
        references: references.iter().map(|one| (*one).to_owned()).collect(),
    };
    let page = |rows, more| CertificatesPage {
        frame: cast.frame(true),
        month: "2026-11".into(),
        before: "2026-10".into(),
        after: "2026-12".into(),
        rows,
        more,
    };
    states.add("certificates-none", page(Vec::new(), false));
    let rows = vec![row(&["K-7K2M-90QF"], day(-9)), row(&["K-1A2B-33CD", "K-9Z8Y-77XW"], day(-5)), row(&[], day(-2))];
    states.add("certificates", page(rows, true));
}

fn logs(cast: &Cast, states: &mut States) {
    let log = |number, origin: &str, closed_at| Log {
        number,
        origin: origin.to_owned(),
        size: 1284,
        root: Hash([7; 32]),
        signed: Some(Signed { log: number, checkpoint: checkpoint(), size: 1284, at: minute(-1) }),
        left: Some((1280, minute(-20))),
        left_checkpoint: checkpoint(),
        key: format!("{origin}+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        began_at: day(-20),
        closed_at,
    };
    let now = Told { log: log(2, ORIGIN, None), began: Some(LogReason::Key), ended: None };
    let before = log(1, "files.yamada.example/audit/2026-1", Some(day(-20)));
    let before = Told { log: Log { left: None, ..before }, began: Some(LogReason::First), ended: Some(LogReason::Key) };
    let page = |logs, checked| LogPage { frame: cast.frame(true), logs, checked };
    let good =
        Checked { at: minute(-300), entries: 2570, good_at: Some(minute(-300)), wrong: None, lacking: Vec::new() };
    let entry = |entry| Inconsistency { origin: ORIGIN.into(), flaw: "entry".into(), entry, found_at: minute(-300) };
    states.add("log-none", page(Vec::new(), None));
    states.add("log", page(vec![now.clone(), before.clone()], Some(good.clone())));
    let wrong = Checked { good_at: Some(day(-1)), wrong: Some(entry(Some(412))), ..good.clone() };
    states.add("log-wrong", page(vec![now.clone()], Some(wrong)));
    let wrong = Checked { good_at: None, wrong: Some(entry(None)), ..good };
    let unsigned = Told { log: Log { signed: None, left: None, key: String::new(), ..now.log }, ..now };
    states.add("log-wrong-somewhere", page(vec![unsigned, before], Some(wrong)));
}
