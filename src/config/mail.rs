//! How mails leave, and come back.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::sections::section;
use super::value::{MailKind, MailSecurity};

section! {
    /// How mails leave.
    Mail {
        /// Where mails go.
        kind: MailKind = MailKind::Maildir;
        /// The visible sender of every mail; people's own addresses go into Reply-To.
        from: String = "kakitome@localhost".into();
        /// Where bounces go; absent: `from`.
        bounce_address: Option<String> = None;
        /// For `maildir`; absent: `mail` in the data directory.
        directory: Option<PathBuf> = None;
        /// The office's own wording of mails: files as `kakitome config wording` writes them; absent: that of the product.
        wording_directory: Option<PathBuf> = None;
        /// For `smtp`.
        smtp: Smtp = Smtp::default();
        /// Signing.
        dkim: Dkim = Dkim::default();
        /// The mailbox into which mails come back.
        bounces: Bounces = Bounces::default();
        /// Whom `kakitome doctor` asks for the records of the domain; absent: whom this machine asks.
        name_server: Option<SocketAddr> = None;
    }
}

section! {
    /// Signing mails (DKIM) for the domain of `mail.from`; without a selector they are not signed here.
    Dkim {
        /// Which key of the domain: the first label of its record's name.
        selector: String = String::new();
        /// The private key, PEM; `kakitome keys dkim` makes one.
        key_file: Option<PathBuf> = None;
    }
}

section! {
    /// The mailbox of `mail.bounce_address`, read by IMAP; without a host nothing is read.
    Bounces {
        /// The IMAP server's name.
        host: String = String::new();
        /// Its port.
        port: u16 = 993;
        /// How the line is protected; never not at all.
        security: MailSecurity = MailSecurity::Tls;
        /// Who signs in.
        user: String = String::new();
        /// A file whose first line is the password.
        password_file: Option<PathBuf> = None;
        /// Further authorities to trust, PEM; absent: those of the system.
        ca_file: Option<PathBuf> = None;
        /// Which mailbox.
        mailbox: String = "INBOX".into();
        /// Seconds between two looks.
        poll_seconds: u32 = 60;
    }
}

section! {
    /// The mail server.
    Smtp {
        /// Its name.
        host: String = String::new();
        /// Its port.
        port: u16 = 587;
        /// How the line is protected.
        security: MailSecurity = MailSecurity::Starttls;
        /// Who signs in; absent: nobody.
        user: Option<String> = None;
        /// A file whose first line is the password.
        password_file: Option<PathBuf> = None;
        /// Further authorities to trust, PEM; absent: those of the system.
        ca_file: Option<PathBuf> = None;
        /// The name said in EHLO; absent: this machine's.
        hello_name: Option<String> = None;
        /// Speak unprotected to a server elsewhere, although links can then be read on the way.
        accept_clear_text: bool = false;
    }
}
