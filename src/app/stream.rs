//! The receiver of the log's stream, as configured.

use std::fs;

use crate::adapter::syslog::{SyslogReceiver, SyslogSettings};
use crate::audit::export::{Header, Stream};
use crate::config::{Config, SyslogFormat};
use crate::error::{Doing, Result};
use crate::job::stream::Outlet;

/// Who is sent the log; none where nobody is. Nobody is spoken to yet.
pub(super) fn outlet(config: &Config) -> Result<Option<Outlet>> {
    let syslog = &config.audit.syslog;
    if !syslog.is_set_up() {
        return Ok(None);
    }
    let read = |path: &Option<std::path::PathBuf>| path.as_ref().map(fs::read).transpose();
    let certificate = read(&syslog.certificate_file).doing("reading audit.syslog.certificate_file")?;
    let key = read(&syslog.key_file).doing("reading audit.syslog.key_file")?;
    let settings = SyslogSettings {
        host: syslog.host.clone(),
        port: syslog.port,
        ca_pem: read(&syslog.ca_file).doing("reading audit.syslog.ca_file")?,
        own: certificate.zip(key),
    };
    let stream = match syslog.format {
        SyslogFormat::Rfc5424 => Stream::Rfc5424,
        SyslogFormat::Cef => Stream::Cef,
        SyslogFormat::Ocsf => Stream::Ocsf,
    };
    let header = Header { host: config.server.public_url.host().to_owned(), enterprise: syslog.enterprise };
    Ok(Some(Outlet { receiver: SyslogReceiver::new(settings)?, header, stream }))
}
