code-title = ファイルの受け取り
code-lead = メールでお知らせした受け取りコードを貼り付けてください。
code-unknown-title = ページが見つかりません
code-unknown-lead = リンクが途中で切れていないかご確認ください。メールに書かれた受け取りコードを貼り付けても開けます。
code-ended-title = もう一度番号を入力してください
code-ended-lead = しばらく操作がなかったため閉じました。メールのリンクをもう一度開くか、受け取りコードを貼り付けてください。入力できる回数は減りません。
code-label = 受け取りコード
code-hint = メールの「受け取りコード」をそのまま貼り付けてください。空白が入っていても構いません。
code-button = 次へ

quoted = 「{ $words }」

locked-title = ファイルの受け取り
locked-number = 受取番号（{ $digits }桁の数字）
locked-number-hint = 担当者が電話などでお伝えした番号です。メールには書かれていません。
locked-button = ファイルを開く
locked-no-number = 番号が分からないとき
locked-no-number-text = { $name }へ{ $by ->
    [other] ご連絡
   *[phone] お電話
}ください。その場で新しい番号をお伝えできます。

elsewhere-title = ほかの画面で開かれています
elsewhere-lead = こちらで開き直しますか。開き直すと、もう一方の画面は閉じます。
elsewhere-button = こちらで開き直す
openings-title = これまでに開かれた記録
opening-source = 接続元 { $source }
openings-not-you = お心当たりがない場合は、すぐに担当者へお電話ください。

collect-title = ファイルをお受け取りください
collect-all-title = すべて受け取りました
collect-from = { $name } からのファイルです（お問い合わせ番号 { $reference }）。
collect-download = ダウンロード
collect-partly = 途中で切れました（続きから再開できます）
collect-done = 受け取り済み
collect-refresh = ダウンロードが終わったら、ここを押して受け取り状況を確かめる
collect-zip = まとめてダウンロード（ZIP { $size }）
collect-again = 保存先が分からなくなったときは、{ $at } までは何度でもやり直せます（すべて受け取ったあとは、期限が早まります）。
collect-phone-hint = iPhoneでは「ファイル」アプリに保存されます。
collect-finish-lead = 保存できたことを確かめてから押してください。押すと、もう受け取れなくなります。
collect-finish = すべて保存できました（サーバーから消去します）

ended-closed-title = 受け取りが完了しました
ended-closed-erased = { $at } にすべて受け取られ、サーバーから消去しました。
ended-closed-own = { $at } にすべて受け取られ、お客様の受け取り口を閉じました。
ended-closed-next = お心当たりがない場合は、すぐに{ $name }へ{ $by ->
    [other] ご連絡
   *[phone] お電話
}ください。
ended-expired-title = 保管期間が終わりました
ended-expired-lead = { $at } に消去しました。
ended-again-next = まだ必要なときは、{ $name }へ{ $by ->
    [other] ご連絡
   *[phone] お電話
}ください。もう一度お送りできます。
ended-recalled-title = 送信者が取り消しました
ended-recalled-lead = { $at } に取り消されました。開く必要はありません。
ended-key-lost-title = このファイルは開けなくなりました
ended-key-lost-lead = 当方の設備の都合により、保管していたファイルを開けなくなりました。ファイルの中身はどなたにも見られていません。
ended-paused-title = 受け付けを停止しています
ended-paused-lead = 番号の誤りが続いたため受け付けを停止しました。ファイルはそのまま保管されています。
ended-number-next = { $name }へ{ $by ->
    [other] ご連絡
   *[phone] お電話
}ください。その場で新しい番号をお伝えできます。
ended-openings-title = 開ける回数の上限に達しました
ended-openings-lead = ファイルはそのまま保管されています。
