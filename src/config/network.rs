//! Networks: a range of addresses, and lists of them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};

/// A range of addresses: `10.0.0.0/8`, or one address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

/// Text that names no network.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("names no network; an address or a range, such as \"10.0.0.0/8\" or \"2001:db8::/32\"")]
pub struct NotANetwork;

/// Bits before the IPv4 address in an IPv6 address that maps one (RFC 4291, 2.5.5.2).
const MAPPED: u8 = 96;

impl Network {
    /// Whether an address lies in it; an IPv4 address is the same whether it is written as IPv6 or not.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let range = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse::<IpNet>().map_err(|_| NotANetwork)?,
        };
        Ok(Self(canonical(range).trunc()))
    }
}

/// A range of mapped IPv4 addresses is one of IPv4.
fn canonical(range: IpNet) -> IpNet {
    let length = range.prefix_len().checked_sub(MAPPED);
    match (range.addr().to_canonical(), length) {
        (IpAddr::V4(address), Some(length)) if matches!(range, IpNet::V6(_)) => {
            Ipv4Net::new(address, length).map_or(range, IpNet::V4)
        }
        _ => range,
    }
}

impl TryFrom<String> for Network {
    type Error = NotANetwork;

    fn try_from(text: String) -> Result<Self, NotANetwork> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> String {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.prefix_len() == self.0.max_prefix_len();
        if whole { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

/// From where something may be used; empty is everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AllowList(pub Vec<Network>);

impl AllowList {
    /// Whether an address may use it.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.0.is_empty() || self.0.iter().any(|network| network.contains(address))
    }
}

impl fmt::Display for AllowList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(Network::to_string).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn contains(range: &str, address: &str) -> bool {
        network(range).contains(address.parse().unwrap())
    }

    #[test]
    fn addresses_and_ranges_are_networks() {
        assert!(contains("10.0.0.0/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("10.0.0.7", "10.0.0.7") && !contains("10.0.0.7", "10.0.0.8"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1") && !contains("2001:db8::/32", "2001:db9::1"));
        assert!(contains("0.0.0.0/0", "198.51.100.1") && !contains("0.0.0.0/0", "2001:db8::1"));
        for bad in ["", "10.0.0.0/33", "10.0.0", "office.example", "10.0.0.1-10.0.0.9"] {
            assert_eq!(bad.parse::<Network>(), Err(NotANetwork), "{bad}");
        }
    }

    #[test]
    fn a_mapped_address_is_its_ipv4_address() {
        assert!(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
        assert!(contains("::ffff:10.0.0.1", "10.0.0.1"));
        assert!(!contains("::/0", "10.0.0.1"), "all of IPv6 is none of IPv4");
    }

    #[test]
    fn a_network_is_written_as_it_is_read() {
        for (text, written) in
            [("10.0.0.7", "10.0.0.7"), ("10.1.2.3/8", "10.0.0.0/8"), ("2001:db8::/32", "2001:db8::/32")]
        {
            assert_eq!(network(text).to_string(), written);
        }
    }

    #[test]
    fn an_empty_list_is_everywhere() {
        let anywhere = "203.0.113.9".parse().unwrap();
        assert!(AllowList::default().admits(anywhere));
        assert!(!AllowList(vec![network("10.0.0.0/8")]).admits(anywhere));
    }
}
