//! How the product's types become columns. `model` knows no database, so the mapping stands here: whatever has a text form
//! is a Text column, a `Time` is a BigInt of unix milliseconds.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, SingleValue, Text};
use diesel::sqlite::Sqlite;

use crate::crypt::SlotKind;
use crate::model::{
    AccountId, AccountState, AlertRule, ApprovalId, ApprovalState, BlobId, Channel, ContactId, Content, CopyFailure,
    Decision, DeliveryId, DeliveryState, EndReason, EventId, ExportFormat, ExportId, ExportState, FaxId, FaxState,
    FileId, FileState, HookKind, Language, LetterId, LetterKind, Outcome, PasskeyId, PostId, Proofs, ReviewId,
    ReviewState, SavedSearchId, Scope, SenderSlot, SessionId, ShredKeyId, SignInId, SlotId, TemplateId, Time, TokenId,
    TransferId, TransferState, Verdict,
};
use crate::store::letters::LetterState;
use crate::store::webhooks::PostState;

macro_rules! expression {
    ($sql:ty: $($name:ty)*) => {$(
        impl AsExpression<$sql> for $name {
            type Expression = Bound<$sql, $name>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl AsExpression<Nullable<$sql>> for $name {
            type Expression = Bound<Nullable<$sql>, $name>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<$sql> for &'a $name {
            type Expression = Bound<$sql, &'a $name>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $name
        where
            $name: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }
        impl<ST: SingleValue, DB: Backend> Queryable<ST, DB> for $name
        where
            $name: FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    )*};
}

macro_rules! text_columns {
    ($($name:ty)*) => {
        expression!(Text: $($name)*);
        $(
            impl<DB: Backend> FromSql<Text, DB> for $name
            where
                String: FromSql<Text, DB>,
            {
                fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    Ok(String::from_sql(bytes)?.parse()?)
                }
            }
            impl ToSql<Text, Sqlite> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                    out.set_value(self.to_string());
                    Ok(IsNull::No)
                }
            }
            impl ToSql<Text, Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    use std::io::Write;
                    write!(out, "{self}")?;
                    Ok(IsNull::No)
                }
            }
        )*
    };
}

text_columns! {
    AccountId SavedSearchId AccountState ApprovalId ApprovalState BlobId Channel ContactId TemplateId Content Decision DeliveryId DeliveryState EndReason EventId FaxId FaxState FileId FileState Language LetterId
    LetterKind LetterState Outcome PasskeyId Proofs ReviewId ReviewState Scope SenderSlot SessionId ShredKeyId SignInId SlotId SlotKind TokenId TransferId
    TransferState Verdict HookKind PostId PostState ExportId ExportState ExportFormat AlertRule CopyFailure
}

expression!(BigInt: Time);

impl<DB: Backend> FromSql<BigInt, DB> for Time
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Time::from_millis(i64::from_sql(bytes)?))
    }
}

impl ToSql<BigInt, Sqlite> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.millis());
        Ok(IsNull::No)
    }
}

impl ToSql<BigInt, Pg> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let millis = self.millis();
        ToSql::<BigInt, Pg>::to_sql(&millis, &mut out.reborrow())
    }
}
