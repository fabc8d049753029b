//! Secrets as types that cannot be printed, serialised or compared in variable time, and that are wiped when dropped.
//! How they are made, written down and turned into keys is in `crypt`.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

macro_rules! secret {
    ($($(#[$doc:meta])* $name:ident($inner:ty) -> $borrowed:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name($inner);

        impl $name {
            /// Takes ownership of the secret; the caller keeps no copy.
            pub fn new(secret: $inner) -> Self {
                Self(secret)
            }

            /// The bare secret. Each use is a place to look at in review.
            pub fn expose(&self) -> &$borrowed {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

secret! {
    /// 160 random bits in the mail's link; half of what opens a delivery.
    LinkSecret([u8; 20]) -> [u8; 20];
    /// ASCII digits, check digit included; the other half.
    PickUpNumber(String) -> str;
    /// 256 random bits: a session cookie or an API token. The server keeps only its hash.
    Token([u8; 32]) -> [u8; 32];
    /// 160 random bits that an app for codes and the server share.
    TotpSecret([u8; 20]) -> [u8; 20];
    /// 120 random bits that stand for a lost app once. The server keeps only their hash.
    RecoveryCode([u8; 15]) -> [u8; 15];
    /// A password as a person typed it.
    Passphrase(String) -> str;
    /// What an authenticator makes of our salt (WebAuthn's PRF extension): 256 bits that nobody else can make.
    PrfOutput([u8; 32]) -> [u8; 32];
}
