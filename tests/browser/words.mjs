// What the pages are expected to say, and what people type.
export const WORDS = {
  ja: {
    compose: "送る",
    sent: "送信しました",
    locked: "ファイルの受け取り",
    closed: "受け取りが完了しました",
    recalled: "送信者が取り消しました",
    recipient: "株式会社青空商事　鈴木 一郎",
    message: "いつもお世話になっております。\n今年度の決算書をお送りします。",
    reason: "宛先を間違えた",
    token: "給与明細の送付",
  },
  en: {
    compose: "Send",
    sent: "Sent",
    locked: "Collect your files",
    closed: "These files were collected",
    recalled: "The sender took these files back",
    recipient: "John Smith, Northwind Traders",
    message: "Dear Mr Smith,\nthese are the accounts of this year.",
    reason: "wrong recipient",
    token: "sending payslips",
  },
};
