//! What people type is read as they mean it.

use clap::{CommandFactory, Parser};

use super::{CommandLine, Verb};

fn parse(line: &str) -> Result<CommandLine, clap::Error> {
    CommandLine::try_parse_from(line.split(' '))
}

#[test]
fn the_description_contradicts_itself_nowhere() {
    CommandLine::command().debug_assert();
}

#[test]
fn every_verb_of_the_interface_is_read() {
    for line in [
        "kakitome serve --config k.toml --data d --keys k",
        "kakitome demo",
        "kakitome --json account list",
        "kakitome account add a@example.jp --name A --role sender auditor --department D",
        "kakitome account add a@example.jp --name A --role sender --role auditor --json",
        "kakitome account roles a@example.jp sender,approver",
        "kakitome account reset a@example.jp --data d --keys k",
        "kakitome account add a@example.jp --name A --role sender --invite --valid-from 2026-04-01 --valid-until 2027-03-31 --reason R",
        "kakitome account set a@example.jp --name B --department D --phone 1 --language en --email b@example.jp --roles sender,auditor",
        "kakitome account set a@example.jp --valid-from none --valid-until 2027-03-31 --most-bytes 1000 --most-recipients none",
        "kakitome account set a@example.jp --most-keep-hours 24 --domains a.example,b.example --needs-approval --successor c@example.jp",
        "kakitome account set a@example.jp --no-approval --no-successor --reason R --json",
        "kakitome account list --dormant --state invited --json",
        "kakitome account show a@example.jp",
        "kakitome account stop a@example.jp",
        "kakitome account stop a@example.jp --transfers recall --reason R",
        "kakitome account resume a@example.jp --reason R",
        "kakitome account invite a@example.jp --reason R",
        "kakitome account deputy a@example.jp --json",
        "kakitome account deputy a@example.jp --to b@example.jp --from 2026-12-01 --until 2026-12-24 --reason R",
        "kakitome account deputy a@example.jp --to b@example.jp --until 2026-12-24",
        "kakitome account deputy a@example.jp --end --reason R",
        "kakitome account import f.csv --check --no-mail --reason R",
        "kakitome account export --out f.csv",
        "kakitome account check --json",
        "kakitome account list --on 2026-03-31 --state active",
        "kakitome account review start --deadline 2026-12-24 --reviewer a@example.jp --department 営業=b@example.jp",
        "kakitome account review list --json",
        "kakitome account review show",
        "kakitome account review assign b@example.jp --account a@example.jp",
        "kakitome account review assign b@example.jp --department 営業",
        "kakitome account review decide a@example.jp keep --by c@example.jp",
        "kakitome account review decide a@example.jp reduce --roles sender,auditor --reason moved",
        "kakitome account review sign --by a@example.jp --note twice-a-year",
        "kakitome account review abandon --reason wrong",
        "kakitome account review export 01900000-0000-7000-8000-000000000000 --format csv --out review.csv",
        "kakitome token create a@example.jp --scope send --expires 90d",
        "kakitome token revoke a@example.jp 01900000-0000-7000-8000-000000000000",
        "kakitome sign-in show --json",
        "kakitome sign-in reset --data d --keys k",
        "kakitome sign-in unban 2001:db8:1:2::/64",
        "kakitome policy show --json",
        "kakitome policy set hold_minutes=5 sender_slot=never --reason slips --data d --keys k",
        "kakitome policy reset",
        "kakitome policy reset hold_minutes --reason undone",
        "kakitome policy department",
        "kakitome policy department D --most-bytes 1000 --most-recipients 5 --domain a.example,b.example --needs-approval",
        "kakitome policy department D --none",
        "kakitome policy guideline --json",
        "kakitome policy rights",
        "kakitome send a b --to a@example.jp,佐藤 --to b@example.jp --expires 7d --channel sheet --language ja",
        "kakitome send a --to a@example.jp --confirm look_alike --confirm K-7K2M-90QF:free_mail",
        "kakitome receive --link-file - --number-file n --out d --done",
        "kakitome status",
        "kakitome status K-7K2M-90QF --server https://files.example.jp --token-file t",
        "kakitome recall K-7K2M-90QF --reason wrong",
        "kakitome remind K-7K2M-90QF --json",
        "kakitome reissue K-7K2M-90QF",
        "kakitome doctor --config k.toml --data d --keys k --json",
        "kakitome sweep --now 2026-12-01T00:00:00Z",
        "kakitome config check --config k.toml",
        "kakitome config wording d --json",
        "kakitome keys reinit-shred-store --yes",
        "kakitome keys dkim --config k.toml --json",
        "kakitome audit search --period last_month --kind retrieved --result ok --recipient aozora --person sato --reference 90QF --source 192.0.2.1 --limit 5 --json",
        "kakitome audit search --from 2026-11-01 --until 2026-11-30",
        "kakitome audit key --data d --keys k",
        "kakitome audit export --format csv --purpose audit --out f.csv --json",
        "kakitome audit export --format jsonl --purpose audit --period last_month --person a --recipient b --reference 90QF --kind retrieved --result ok --source 192.0.2.1",
        "kakitome audit export --purpose audit --from 2026-04-01 --until 2026-06-30 --columns time,event,reference --data d --keys k",
        "kakitome audit erase a@example.jp --name A --reason request-12 --data d --keys k --json",
        "kakitome audit erase a@example.jp --dry-run",
        "kakitome audit publish out --log files.example/audit/2026-1 --data d --keys k",
        "kakitome audit verify out --key files.example/audit/2026-1+00000000+AA== --kept a --kept b --json",
        "kakitome audit publish out.zip",
        "kakitome audit verify out.zip --key a+00000000+AA== --key b+00000000+AA== --kept next.zip",
        "kakitome audit check --data d --keys k --json",
        "kakitome audit certificate K-7K2M-90QF --json",
        "kakitome audit certificate --month 2026-11",
        "kakitome audit proof K-7K2M-90QF",
        "kakitome openapi",
        "kakitome completions bash",
        "kakitome man",
    ] {
        assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
    }
}

#[test]
fn wrong_usage_is_status_2_and_changes_nothing() {
    for line in [
        "kakitome",
        "kakitome send",
        "kakitome send a",
        "kakitome send a --to nobody",
        "kakitome send a --to a@example.jp --expires soon",
        "kakitome send a --to a@example.jp --token kkt_secret",
        "kakitome receive",
        "kakitome account add a@example.jp --name A --role boss",
        "kakitome account set a@example.jp --valid-until soon",
        "kakitome account list --on yesterday",
        "kakitome account list --on 2026-03-31 --dormant",
        "kakitome account set a@example.jp --successor b@example.jp --no-successor",
        "kakitome account stop a@example.jp --transfers away",
        "kakitome account deputy a@example.jp --to b@example.jp",
        "kakitome account deputy a@example.jp --until 2026-12-24",
        "kakitome account deputy a@example.jp --to b@example.jp --until 2026-12-24 --end",
        "kakitome token create a@example.jp --scope send --expires 12h",
        "kakitome account review decide a@example.jp perhaps",
        "kakitome account review assign b@example.jp",
        "kakitome account review abandon",
        "kakitome sweep --now tomorrow",
        "kakitome audit certificate",
        "kakitome audit certificate K-7K2M-90QF --month 2026-11",
        "kakitome audit verify out",
        "kakitome policy set",
        "kakitome policy set hold_minutes",
        "kakitome policy set hold_minutes=soon",
        "kakitome policy set held_minutes=5",
        "kakitome policy department --most-bytes 1000",
        "kakitome policy department D --none --most-bytes 1000",
    ] {
        let refused = parse(line).err().map(|error| error.exit_code());
        assert_eq!(refused, Some(2), "{line}");
    }
    assert!(matches!(parse("kakitome demo").unwrap().verb, Verb::Demo));
}
