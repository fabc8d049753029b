//! Pasted: several recipients at once, as mail programs and spreadsheets write them.

use crate::error::Result;

use super::recipients::check_email;

/// A recipient out of a pasted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// Mail address.
    pub email: String,
    /// Name; may be empty.
    pub name: String,
    /// Phone number; may be empty.
    pub phone: String,
}

/// Digits of a phone number at least.
const PHONE_SHORTEST: usize = 9;

/// The entries of a pasted text: lines, or what semicolons and commas separate within one. A comma before the address is one
/// within a name.
pub fn entries(text: &str) -> Vec<String> {
    let (mut entries, mut entry) = (Vec::new(), String::new());
    for c in text.chars() {
        let ends = match c {
            '\n' | '\r' | ';' | '；' => true,
            ',' | '，' | '、' => entry.contains('@'),
            _ => false,
        };
        if ends {
            entries.push(std::mem::take(&mut entry));
        } else {
            entry.push(c);
        }
    }
    entries.push(entry);
    entries.into_iter().map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
}

/// Reads one entry: `Name <a@b.example>`, an address alone, or cells of a spreadsheet in any order.
///
/// # Errors
/// `Field`: there is no address in it, or a malformed one.
pub fn read(entry: &str) -> Result<Pasted> {
    if let Some((name, rest)) = entry.rsplit_once('<') {
        let email = check_email("email", rest.trim_end().trim_end_matches('>'))?;
        let name = name.trim().trim_matches('"').trim().to_owned();
        return Ok(Pasted { email, name, phone: String::new() });
    }
    let cells: Vec<&str> = entry.split('\t').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let address = cells.iter().position(|cell| cell.contains('@')).unwrap_or(0);
    let email = check_email("email", cells.get(address).copied().unwrap_or_default())?;
    let others = cells.iter().enumerate().filter(|(place, _)| *place != address).map(|(_, cell)| *cell);
    let (phones, names): (Vec<&str>, Vec<&str>) = others.partition(|cell| is_phone(cell));
    let phone = phones.first().copied().unwrap_or_default().to_owned();
    Ok(Pasted { email, name: names.join(" "), phone })
}

fn is_phone(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits >= PHONE_SHORTEST && cell.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<Option<(String, String, String)>> {
        let told = |entry: &String| read(entry).ok().map(|one| (one.email, one.name, one.phone));
        entries(text).iter().map(told).collect()
    }

    fn person(email: &str, name: &str, phone: &str) -> Option<(String, String, String)> {
        Some((email.into(), name.into(), phone.into()))
    }

    #[test]
    fn what_mail_programs_and_spreadsheets_write() {
        let text = "鈴木 一郎 <suzuki@aozora.example>, oka@kitayama.example;\"Smith, John\" <smith@northwind.example>\r\n\
                    高橋 実\ttakahashi@midori.example\t03-9876-5432\r\n\r\n";
        let want = [
            person("suzuki@aozora.example", "鈴木 一郎", ""),
            person("oka@kitayama.example", "", ""),
            person("smith@northwind.example", "Smith, John", ""),
            person("takahashi@midori.example", "高橋 実", "03-9876-5432"),
        ];
        assert_eq!(read_all(text), want);
    }

    #[test]
    fn what_is_no_address_is_not_read() {
        for wrong in ["suzuki", "suzuki@aozora", "鈴木 <>", "鈴木 <a@b.example", "a@b.example c@d.example", "\t\tx"]
        {
            let read = read_all(wrong);
            assert!(read.len() == 1 && (read[0].is_none() || wrong.contains('<')), "{wrong}");
        }
        assert!(entries(" ;\n,").iter().all(|entry| read(entry).is_err()));
    }
}
