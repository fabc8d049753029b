# 経過の一行ずつ
event-somebody = 宛先の方
event-draft-created = { $person }が下書きを作りました
event-sealed = { $person }が送信の手続きをしました（ファイルを封印）
event-flags-confirmed = 送信者が相手に確認しました：{ $person }
event-approval-asked = 承認を依頼しました：{ $person }
event-approval-given = 承認されました：{ $person }
event-approval-refused = 承認されませんでした：{ $person }
event-approval-lapsed = 期限までに承認されませんでした：{ $person }
event-file-inspected = 承認者がファイルを開きました
event-number-shown = 受取番号を画面に表示しました：{ $person }
event-number-copied = 受取番号をコピーしました：{ $person }
event-number-printed = お知らせ票を印刷に回しました：{ $person }
event-fax-recorded = お知らせ票のFAXを台帳に記入しました：{ $person }
event-fax-sent = お知らせ票のFAXの送信を記録しました：{ $person }
event-fax-confirmed = FAXの受信を電話で確認しました：{ $person }
event-fax-original-stored = FAXの原稿を回収して保管しました：{ $person }
event-fax-closed = FAXは送らないことにしました：{ $person }
event-fax-misdirected = FAXの誤送信が記録されました：{ $person }
event-number-told = { $channel ->
    [sheet] 受取番号をお知らせ票で伝えました：{ $person }
   *[phone] 受取番号を電話で伝えました：{ $person }{ $place }
}
event-number-sent = 受取番号をSMSで送りました：{ $person }{ $place }
event-number-not-sent = 受取番号をSMSで送れませんでした：{ $person }{ $place }
event-place = （末尾{ $tail }・{ $verified }）
event-mail-accepted = メールサーバーがメールを受け付けました：{ $person }
event-mail-reminder = 期限が近いことをお知らせするメールを送りました：{ $person }
event-mail-recalled = 取り消しのお知らせメールを送りました：{ $person }
event-mail-sender = 送信者へお知らせメールを送りました：{ $person }の件
event-mail-deferred = メールを送れませんでした。時間をおいてもう一度送ります：{ $person }
event-mail-failed = メールが届きませんでした：{ $person }
event-mail-bounced = メールが届かずに戻ってきました：{ $person }
event-mail-delayed = メールの配達が遅れています。メールサーバーが送信を続けています：{ $person }
event-mail-withheld = メールを止めました（いまの決まりでは送れないファイルがあるため）：{ $person }
event-scan-clean = ウイルス検査で問題は見つかりませんでした（{ $count } 件、{ $signatures }）
event-scan-off = ウイルス検査をせずに封印しました（管理者の設定、{ $count } 件）
event-scan-flaw = ウイルス検査の判定：{ $what }：{ $file }
event-scan-flaw-unnamed = ウイルス検査の判定：{ $what }
event-scan-flaw-removed = ウイルス検査の判定：{ $what }（このファイルは送信前に外されました）
event-mail-withdrawn = 送信前のメールを取りやめました：{ $person }
event-link-opened = リンクが開かれました（メールの自動検査の可能性があります）：{ $person }
event-number-mistyped = 番号の打ち間違いがありました（回数には含みません）：{ $person }
event-number-wrong = 番号の誤りがありました：{ $person }
event-number-accepted = 番号が入力されました：{ $person }
event-paused = 番号の誤りが続いたため停止しました：{ $person }
event-resumed = 受け付けを再開しました：{ $person }
event-number-reissued = 新しい番号を発行しました：{ $person }
event-reminded = お知らせのメールを送ることにしました：{ $person }
event-asked-again = もう一度送ってほしいという依頼がありました：{ $person }
event-resent = 新しいリンクと受取番号で送り直しました：{ $person }
event-session-taken-over = 別の画面で開き直されました：{ $person }
event-serving-started = ダウンロードが始まりました：{ $person }
event-retrieved = 受け取り完了：{ $person }（{ $count }件すべて）
event-recipient-confirmed = 「すべて保存できました」が押されました：{ $person }
event-extended = 期限を { $until } に変えました
event-handed-over = { $person }が後任に引き継ぎました
event-delivery-ended = { $reason ->
    [retrieved] { $person }の受け取り口を閉じました（受け取り後の猶予時間が過ぎました）
    [confirmed] { $person }の受け取り口を閉じました（保存できたと確認されました）
    [expired] { $person }の受け取り期限が過ぎました
    [recalled] { $person }への引き渡しを取り消しました
    [corrected] { $person }への引き渡しを、宛先を直すために終わらせました
    [refused] { $person }への送付は、承認されなかったため終わりました
    [lapsed] { $person }への送付は、期限までに承認されなかったため終わりました
    [key_lost] { $person }への引き渡しは開けなくなりました（鍵が失われました）
   *[other] { $person }の受け取り口を閉じました
}
event-finished = すべての引き渡しが終わりました
event-shredded = 鍵とファイルを消去しました
event-tamper-suspected = 保管中のファイルに異常が見つかりました。管理者へご連絡ください
event-certificate-issued = 消去証明書が発行されました
event-alert-raised = 警告を出しました
