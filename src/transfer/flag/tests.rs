use super::*;

fn like<'a>(domain: &str, known: &[&'a str]) -> Option<&'a str> {
    domain::Known::of(known).like(&domain::Read::of(domain))
}

/// A domain that people would take for the known one behind it.
const ALIKE: &[(&str, &str)] = &[
    // Something is added.
    ("aozora-inc.example", "aozora.example"),
    ("aozora-group.example", "aozora.example"),
    ("aozorajp.example", "aozora.example"),
    ("aozora-japan.example", "aozora.example"),
    ("mail-aozora.example", "aozora.example"),
    ("aozora-support.com", "aozora.co.jp"),
    ("secure-aozora.jp", "aozora.jp"),
    ("aozora-online.net", "aozora.co.jp"),
    ("aozoracorp.example", "aozora.example"),
    ("yamada-kaikei-office.example", "yamada-kaikei.example"),
    ("login-yamada.co.jp", "yamada.co.jp"),
    ("mizuho-hd.example", "mizuho.example"),
    // The same name elsewhere.
    ("aozora.com", "aozora.co.jp"),
    ("aozora.jp", "aozora.co.jp"),
    ("aozora.net", "aozora.example"),
    ("aozora.org", "aozora.example"),
    ("yamada-kaikei.com", "yamada-kaikei.jp"),
    ("suzuki-law.net", "suzuki-law.jp"),
    ("aozora.co", "aozora.co.jp"),
    // The known domain in front of another.
    ("aozora.example.evil.example", "aozora.example"),
    ("aozora.co.jp.files.example", "aozora.co.jp"),
    ("mail.aozora.co.jp.evil.com", "aozora.co.jp"),
    ("aozora-co-jp.com", "aozora.co.jp"),
    ("aozora-example.com", "aozora.example"),
    // Letters changed places, were left out, doubled or hit beside.
    ("aozroa.example", "aozora.example"),
    ("azoora.example", "aozora.example"),
    ("aozra.example", "aozora.example"),
    ("aozorra.example", "aozora.example"),
    ("aozoraa.example", "aozora.example"),
    ("aozira.example", "aozora.example"),
    ("takahasi.example", "takahashi.example"),
    ("takahsahi.example", "takahashi.example"),
    ("yamadakaikie.example", "yamadakaikei.example"),
    ("yamadakakei.example", "yamadakaikei.example"),
    ("yamda-kaikei.example", "yamada-kaikei.example"),
    ("yamadakaikei.example", "yamada-kaikei.example"),
    ("kobayahsi.co.jp", "kobayashi.co.jp"),
    ("shiratroi.jp", "shiratori.jp"),
    ("nishimuraa.jp", "nishimura.jp"),
    ("fujimto.example", "fujimoto.example"),
    ("watanab.example", "watanabe.example"),
    ("wattanabe.example", "watanabe.example"),
    // Letters that look like others.
    ("a0zora.example", "aozora.example"),
    ("aoz0ra.example", "aozora.example"),
    ("yarnada.example", "yamada.example"),
    ("yamacla.example", "yamada.example"),
    ("mlzuho.example", "mizuho.example"),
    ("m1zuho.example", "mizuho.example"),
    ("vvatanabe.example", "watanabe.example"),
    ("rnori.example", "mori.example"),
    ("kirnura.example", "kimura.example"),
    ("lto.example", "ito.example"),
    // Letters of other scripts.
    ("аozora.example", "aozora.example"),
    ("aоzоra.example", "aozora.example"),
    ("aozorа.example", "aozora.example"),
    ("mizuhо.example", "mizuho.example"),
    ("ρayments.example", "payments.example"),
    ("ѕuzuki.example", "suzuki.example"),
    // The same, as machines write it.
    ("xn--ozora-3ve.example", "aozora.example"),
    ("xn--mizuh-nye.example", "mizuho.example"),
    ("aozóra.example", "aozora.example"),
    ("yamadа-kaikei.example", "yamada-kaikei.example"),
];

/// Names of companies, offices, clinics and shops as they stand beside each other in one address book.
const ORDINARY: &[&str] = &[
    "aozora.example",
    "yamada.example",
    "suzuki-law.example",
    "mizuho.example",
    "kobayashi.example",
    "fujimoto.example",
    "sakura-clinic.example",
    "midori-dental.example",
    "hoshino.example",
    "kaikei-no-mori.example",
    "toranomon-law.example",
    "nihonbashi-tax.example",
    "shinagawa-sr.example",
    "umeda-partners.example",
    "nagoya-steel.example",
    "kyoto-tea.example",
    "sendai-fish.example",
    "hakata-foods.example",
    "sapporo-beer.example",
    "okinawa-sugar.example",
    "takumi-design.example",
    "asahi-printing.example",
    "fuji-logistics.example",
    "minato-hospital.example",
    "chiyoda-gakuen.example",
    "setagaya-kinder.example",
    "kawasaki-metal.example",
    "yokohama-port.example",
    "saitama-nouen.example",
    "chiba-chemical.example",
    "ibaraki-parts.example",
    "tochigi-strawberry.example",
    "gunma-onsen.example",
    "niigata-rice.example",
    "toyama-pharma.example",
    "kanazawa-gold.example",
    "fukui-glasses.example",
    "nagano-ski.example",
    "gifu-ceramics.example",
    "shizuoka-green.example",
    "mie-pearl.example",
    "shiga-lake.example",
    "osaka-electric.example",
    "kobe-beef.example",
    "nara-deer.example",
    "wakayama-mikan.example",
    "tottori-sand.example",
    "shimane-shrine.example",
    "okayama-peach.example",
    "hiroshima-oyster.example",
    "yamaguchi-fugu.example",
    "tokushima-indigo.example",
    "kagawa-udon.example",
    "ehime-towel.example",
    "kochi-whale.example",
    "fukuoka-media.example",
    "saga-nori.example",
    "nagasaki-glass.example",
    "kumamoto-castle.example",
    "oita-bath.example",
    "miyazaki-mango.example",
    "kagoshima-volcano.example",
    "ando.example",
    "endo.example",
    "goto.example",
    "hara.example",
    "inoue.example",
    "kato.example",
    "maeda.example",
    "nakamura.example",
    "ogawa.example",
    "sasaki.example",
    "tanaka.example",
    "ueno.example",
    "wada.example",
    "yoshida.example",
    "nec.example",
    "nfc.example",
    "abc.example",
    "abd.example",
    "clinic1.example",
    "clinic2.example",
    "shop24.example",
    "shop25.example",
    "green-energy.example",
    "blue-ocean.example",
    "redwood.example",
    "silverline.example",
    "northwind.example",
    "contoso.example",
    "fabrikam.example",
    "tailspin.example",
    "wingtip.example",
    "litware.example",
    "proseware.example",
    "adatum.example",
    "lucerne.example",
    "margies.example",
    "southridge.example",
    "wideworld.example",
    "bellows.example",
    "yamaguchi.example",
    "kawaguchi.example",
    "nakajima.example",
    "nakayama.example",
    "matsumoto.example",
    "sakamoto.example",
    "yamada-tax.example",
    "yamada-law.example",
    "tanabe.example",
    "matsuda.example",
    "matsui.example",
    "東京会計.example",
    "青空商事.example",
    "さくら薬局.example",
    "山田製作所.example",
];

#[test]
fn sixty_imitations_are_seen() {
    assert!(ALIKE.len() >= 60, "{}", ALIKE.len());
    for (domain, known) in ALIKE {
        // The imitated one stands among others.
        let domains = ["kyoto-tea.example", known, "nagoya-steel.example"];
        assert_eq!(like(domain, &domains), Some(*known), "{domain}");
    }
}

#[test]
fn two_hundred_ordinary_pairs_are_none() {
    let mut pairs = 0;
    for (place, domain) in ORDINARY.iter().enumerate() {
        for other in ORDINARY.iter().skip(place + 1) {
            assert_eq!(like(domain, &[*other]), None, "{domain} and {other}");
            assert_eq!(like(other, &[*domain]), None, "{other} and {domain}");
            pairs += 2;
        }
    }
    assert!(pairs >= 200, "{pairs}");
}

#[test]
fn who_is_known_is_like_nobody() {
    let known = ["aozora.example", "aozora-inc.example"];
    assert_eq!(like("aozora-inc.example", &known), None);
    assert_eq!(like("AOZORA.Example", &known), None);
    assert_eq!(like("mail.aozora.example", &known), None, "part of what is known");
    assert_eq!(like("aozora.example.", &known), None);
}

#[test]
fn scripts_that_no_language_mixes_are_seen() {
    for domain in ["аozora.example", "xn--ozora-3ve.example", "pаypal.com"] {
        assert!(domain::is_mixed(domain), "{domain}");
    }
    for domain in
        ["aozora.example", "青空.example", "あおぞらアオゾラ青空.jp", "xn--wgv71a119e.jp", "münchen.de", "пример.рф"]
    {
        assert!(!domain::is_mixed(domain), "{domain}");
    }
}

/// What recipients at these domains are told of each other, when nobody is known.
fn among(domains: &[&str]) -> Vec<Option<String>> {
    let emails: Vec<String> = domains.iter().map(|domain| format!("a@{domain}")).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let here = |flag: Flag| if let Flag::LookAlikeHere { other } = flag { Some(other) } else { None };
    flags(&emails, &Acquaintance::default()).into_iter().map(|flags| flags.into_iter().find_map(here)).collect()
}

#[test]
fn recipients_of_one_transfer_are_compared_with_each_other() {
    let [aozora, inc, other] = ["aozora.example", "aozora-inc.example", "kitayama.example"];
    assert_eq!(among(&[aozora, inc]), [Some(inc.to_owned()), Some(aozora.to_owned())]);
    assert_eq!(among(&[other, inc, aozora, other]), [None, Some(aozora.to_owned()), Some(inc.to_owned()), None]);
    assert_eq!(among(&[aozora, aozora, "mail.aozora.example"]), [None, None, None], "one company");
    assert_eq!(among(&["gmail.com", "ymail.com", "yahoo.com"]), [None, None, None], "everybody knows these");
    // Where one is known, the other is told of it, and the known one of nothing.
    let known = Acquaintance { domains: vec![aozora.into()], ..Acquaintance::default() };
    let raised = flags(&["a@aozora.example", "b@aozora-inc.example"], &known);
    assert_eq!(raised[0], [Flag::FirstTime]);
    assert_eq!(raised[1], [Flag::LookAlike { known: aozora.into() }, Flag::FirstTime]);
    let both = Acquaintance { domains: vec![aozora.into(), inc.into()], ..Acquaintance::default() };
    assert!(
        flags(&["a@aozora.example", "b@aozora-inc.example"], &both).iter().all(|flags| *flags == [Flag::FirstTime])
    );
    let pairs = |domains: &[&str]| among(domains).into_iter().flatten().count();
    assert_eq!(pairs(ORDINARY), 0, "ordinary companies beside each other");
    for (domain, known) in ALIKE {
        assert_eq!(pairs(&[known, domain]), 2, "{domain} beside {known}");
    }
}

/// What comparing costs, to be read: `cargo nextest run --no-capture what_comparing_costs`.
#[test]
fn what_comparing_costs() {
    const SYLLABLES: [&str; 20] = [
        "ka", "shi", "ta", "na", "mi", "ho", "ro", "yu", "ke", "ri", "so", "mu", "ne", "ko", "wa", "tsu", "gi", "ba",
        "do", "ze",
    ];
    let name = |number: u32| {
        let mut rest = u64::from(number) * 2_654_435_761 % 64_000_000;
        let next = |_| {
            let syllable = SYLLABLES[(rest % 20) as usize];
            rest /= 20;
            syllable
        };
        format!("{}.co.jp", (0..6).map(next).collect::<String>())
    };
    let known = Acquaintance { domains: (0..10_000).map(name).collect(), ..Acquaintance::default() };
    let emails: Vec<String> = (0..100).map(|number| format!("a@{}", name(5_000_000 + number))).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let begin = std::time::Instant::now();
    let raised = flags(&emails, &known);
    let flagged = raised.iter().filter(|flags| flags.len() > 1).count();
    println!("100 recipients, 10000 known domains: {:?}, {flagged} alike", begin.elapsed());
    assert_eq!(raised.len(), 100);
}

fn acquaintance() -> Acquaintance {
    Acquaintance {
        addresses: vec!["Suzuki@aozora.example".into(), "old@gone.example".into()],
        bounced: vec!["old@gone.example".into()],
        domains: vec!["aozora.example".into(), "gone.example".into(), "office.example".into()],
    }
}

fn of(email: &str) -> Vec<Flag> {
    flags(&[email], &acquaintance()).remove(0)
}

#[test]
fn each_flag_is_raised_where_it_is_due() {
    assert_eq!(of("suzuki@aozora.example"), []);
    assert_eq!(of("sato@aozora.example"), [Flag::FirstTime]);
    assert_eq!(of("old@gone.example"), [Flag::Bounced]);
    assert_eq!(of("a@gmail.com"), [Flag::FirstTime, Flag::FreeMail]);
    let known = "aozora.example".to_owned();
    assert_eq!(of("suzuki@aozora-inc.example"), [Flag::LookAlike { known: known.clone() }, Flag::FirstTime]);
    let shown = "аozora.example".to_owned();
    assert_eq!(
        of("suzuki@xn--ozora-3ve.example"),
        [Flag::LookAlike { known }, Flag::Scripts { shown }, Flag::FirstTime]
    );
    assert_eq!(of("x@xn--wgv71a119e.jp"), [Flag::Scripts { shown: "日本語.jp".into() }, Flag::FirstTime]);
}

#[test]
fn one_among_many_of_another_company_is_seen() {
    let all = Acquaintance::default();
    let strangers = |emails: &[&str]| {
        let raised = flags(emails, &all);
        raised
            .iter()
            .map(|flags| flags.iter().any(|flag| matches!(flag, Flag::OtherCompany { .. })))
            .collect::<Vec<_>>()
    };
    assert_eq!(strangers(&["a@x.example", "b@x.example", "c@y.example"]), [false, false, true]);
    assert_eq!(strangers(&["a@x.example", "c@y.example"]), [false, false]);
    assert_eq!(strangers(&["a@x.example", "b@x.example", "c@y.example", "d@z.example"]), [false; 4]);
    assert_eq!(strangers(&["a@x.example"; 3]), [false; 3]);
}
