//! Networks of the fourth version of the internet protocol.

use std::fmt;
use std::net::Ipv4Addr;

/// An IPv4 network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// The first address.
    pub address: Ipv4Addr,
    /// The number of leading bits that are the network's.
    pub prefix: u32,
}

impl Network {
    /// Every address.
    pub(super) const WHOLE: Self = Self { address: Ipv4Addr::UNSPECIFIED, prefix: 0 };

    /// Reads `10.0.0.0/16`; `None` for anything else, host bits included.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let (address, prefix): (Ipv4Addr, u32) = (address.parse().ok()?, prefix.parse().ok()?);
        let hosts = u32::MAX.checked_shr(prefix).unwrap_or_default();
        (prefix <= 32 && address.to_bits() & hosts == 0 && text == format!("{address}/{prefix}"))
            .then_some(Self { address, prefix })
    }

    /// Part `index` of the sixteen equal parts of this network.
    #[must_use]
    pub fn sixteenth(self, index: u32) -> Self {
        let prefix = (self.prefix + 4).min(32);
        let offset = index.checked_shl(32 - prefix).unwrap_or_default();
        Self { address: Ipv4Addr::from_bits(self.address.to_bits().wrapping_add(offset)), prefix }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let network = Network::parse("10.1.0.0/16").unwrap();
        assert_eq!(network.sixteenth(0).to_string(), "10.1.0.0/20");
        assert_eq!(network.sixteenth(2).to_string(), "10.1.32.0/20");
        assert_eq!(Network::parse("10.1.0.1/16"), None);
        assert_eq!(Network::parse("10.1.0.0/33"), None);
        assert_eq!(Network::parse("010.1.0.0/16"), None);
    }
}
