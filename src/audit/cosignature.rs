//! Cosignatures: what a witness signs of a checkpoint once it has seen that the log only grew (C2SP tlog-cosignature, Ed25519).

use data_encoding::BASE64;
use signed_note::is_key_name_valid;

use crate::crypt::verifies;

/// The kind of key in a verifier key: Ed25519 cosignatures, version 1.
const COSIGNATURE_V1: u8 = 4;
/// Bytes before the signature: the key's id and the time.
const HEAD: usize = 4 + 8;

/// The key that a witness cosigns with, as text: name, `+`, id, `+`, key.
#[derive(Clone, Debug)]
pub struct CosignerKey {
    name: String,
    id: [u8; 4],
    public: Vec<u8>,
}

impl CosignerKey {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
        let key = BASE64.decode(key.as_bytes()).ok()?;
        let (kind, public) = key.split_first()?;
        let computed = signed_note::key_id(name, &key);
        let is_one = *kind == COSIGNATURE_V1 && public.len() == 32 && is_key_name_valid(name);
        let is_one = is_one && id.len() == 8 && u32::from_str_radix(id, 16).ok() == Some(computed);
        is_one.then(|| Self { name: name.to_owned(), id: computed.to_be_bytes(), public: public.to_vec() })
    }

    /// The line of `answer` that is this witness' cosignature on a checkpoint, with its line break; none if there is none.
    /// Lines of others are passed over.
    pub fn find(&self, answer: &str, checkpoint: &str) -> Option<String> {
        let (text, _) = checkpoint.split_once("\n\n")?;
        let is_ours = |line: &&str| self.has_signed(line, text).unwrap_or_default();
        answer.lines().find(is_ours).map(|line| format!("{line}\n"))
    }

    fn has_signed(&self, line: &str, text: &str) -> Option<bool> {
        let (name, signed) = line.strip_prefix("— ")?.split_once(' ')?;
        let signed = BASE64.decode(signed.as_bytes()).ok()?;
        let (head, signature) = signed.split_at_checked(HEAD)?;
        let (id, time) = head.split_first_chunk::<4>()?;
        let time = u64::from_be_bytes(time.try_into().ok()?);
        if name != self.name || *id != self.id || i64::try_from(time).is_err() {
            return None;
        }
        let message = format!("cosignature/v1\ntime {time}\n{text}\n");
        Some(verifies(&self.public, message.as_bytes(), signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::LogKey;

    const CHECKPOINT: &str =
        "o/audit/2026-1\n2\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— o/audit/2026-1 AAAA\n";

    fn key(name: &str, key: &LogKey) -> String {
        let public: Vec<u8> = std::iter::once(COSIGNATURE_V1).chain(key.public_key().iter().copied()).collect();
        format!("{name}+{:08x}+{}", signed_note::key_id(name, &public), BASE64.encode(&public))
    }

    fn line(name: &str, key: &LogKey, time: u64, said: u64) -> String {
        let (text, _) = CHECKPOINT.split_once("\n\n").unwrap();
        let public: Vec<u8> = std::iter::once(COSIGNATURE_V1).chain(key.public_key().iter().copied()).collect();
        let mut signed = signed_note::key_id(name, &public).to_be_bytes().to_vec();
        signed.extend(said.to_be_bytes());
        signed.extend(key.sign(format!("cosignature/v1\ntime {time}\n{text}\n").as_bytes()).unwrap());
        format!("— {name} {}\n", BASE64.encode(&signed))
    }

    #[test]
    fn a_cosignature_is_found_among_others_and_counts_for_its_checkpoint_alone() {
        let (ours, other) = (LogKey::generate().unwrap(), LogKey::generate().unwrap());
        let witness = CosignerKey::parse(&key("witness.example/w1", &ours)).unwrap();
        let good = line("witness.example/w1", &ours, 1_679_315_147, 1_679_315_147);
        let answer = line("witness.example/w2", &other, 1, 1) + &line("witness.example/w1", &other, 1, 1) + &good;
        assert_eq!(witness.find(&answer, CHECKPOINT), Some(good.clone()));
        assert_eq!(witness.find(&good, &CHECKPOINT.replace("\n2\n", "\n3\n")), None);
        assert_eq!(witness.find(&line("witness.example/w1", &ours, 7, 8), CHECKPOINT), None, "another time");
        assert_eq!(witness.find(&line("witness.example/w1", &ours, u64::MAX, u64::MAX), CHECKPOINT), None);
        assert_eq!(witness.find("", CHECKPOINT), None);
    }

    #[test]
    fn no_byte_of_a_cosignature_can_be_changed() {
        let ours = LogKey::generate().unwrap();
        let witness = CosignerKey::parse(&key("w", &ours)).unwrap();
        let good = line("w", &ours, 5, 5);
        for at in 0..good.len() - 1 {
            let mut bytes = good.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert_eq!(witness.find(&changed, CHECKPOINT), None, "byte {at}");
        }
    }

    #[test]
    fn keys_of_logs_and_damaged_ones_are_no_witness() {
        let ours = key("w", &LogKey::generate().unwrap());
        assert!(CosignerKey::parse(&ours).is_some());
        let of_a_log = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        for text in ["", "w", "w+00000000+AAAA", of_a_log, &ours.replacen('w', "v", 1)] {
            assert!(CosignerKey::parse(text).is_none(), "{text}");
        }
    }
}
