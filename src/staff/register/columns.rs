//! The columns of the register as a file, and what they are called.

use unicode_normalization::UnicodeNormalization;

use crate::model::words;

words! {
    /// A column of the register as a file.
    pub enum Column {
        /// The mail address: it says which account a row is about.
        Email = "email",
        /// The name.
        Name = "name",
        /// The department.
        Department = "department",
        /// The phone number.
        Phone = "phone",
        /// The language.
        Language = "language",
        /// The roles, separated by spaces.
        Roles = "roles",
        /// Whether it may be used.
        State = "state",
        /// The first day.
        ValidFrom = "valid_from",
        /// The last day.
        ValidUntil = "valid_until",
        /// Bytes of a transfer at most.
        MostBytes = "most_bytes",
        /// Recipients of a transfer at most.
        MostRecipients = "most_recipients",
        /// Hours that files are kept at most.
        MostKeepHours = "most_keep_hours",
        /// Domains that may be sent to, separated by spaces.
        Domains = "domains",
        /// Whether every transfer must be approved.
        NeedsApproval = "needs_approval",
        /// Mail address of who takes over.
        Successor = "successor",
        /// When it was last used.
        LastUsedAt = "last_used_at",
        /// When it was made.
        CreatedAt = "created_at",
    }
}

impl Column {
    /// The column that a heading names, by its word or in Japanese.
    pub(super) fn read(heading: &str) -> Option<Self> {
        let heading = heading.nfkc().collect::<String>().trim().to_lowercase();
        Self::ALL
            .iter()
            .find(|column| column.word() == heading || column.japanese().contains(&heading.as_str()))
            .copied()
    }

    /// Whether an import takes anything from it. The others only tell.
    pub const fn is_read(self) -> bool {
        !matches!(self, Self::LastUsedAt | Self::CreatedAt)
    }

    /// What it is called in Japanese.
    pub fn japanese_name(self) -> &'static str {
        self.japanese().first().copied().unwrap_or(self.word())
    }

    /// Its names in Japanese, as NFKC writes them.
    const fn japanese(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["メールアドレス", "メール"],
            Self::Name => &["氏名", "お名前", "名前"],
            Self::Department => &["部署", "所属"],
            Self::Phone => &["電話番号", "電話"],
            Self::Language => &["言語"],
            Self::Roles => &["役割"],
            Self::State => &["状態"],
            Self::ValidFrom => &["利用の開始日", "利用開始日"],
            Self::ValidUntil => &["利用の最終日", "利用最終日"],
            Self::MostBytes => &["1回に送れる容量"],
            Self::MostRecipients => &["1回に送れる宛先の数"],
            Self::MostKeepHours => &["保管できる時間"],
            Self::Domains => &["送ってよいドメイン"],
            Self::NeedsApproval => &["承認が必要"],
            Self::Successor => &["後任"],
            Self::LastUsedAt => &["最終利用日時"],
            Self::CreatedAt => &["登録日時"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_read_in_both_languages_and_any_width() {
        for column in Column::ALL {
            assert_eq!(Column::read(column.word()), Some(*column));
            for name in column.japanese() {
                assert_eq!(Column::read(name), Some(*column), "{name}");
            }
        }
        assert_eq!(Column::read(" ＥＭＡＩＬ "), Some(Column::Email));
        assert_eq!(Column::read("１回に送れる容量"), Some(Column::MostBytes));
        assert_eq!(Column::read("password"), None);
    }
}
