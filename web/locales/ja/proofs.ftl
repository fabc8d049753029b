# 事務所もゲートウェイも信用しない人に示す証明：消去証明書、受領証、ログそのもの。
transfer-proofs = 証明書と受領証
certificate-title = 消去証明書
certificate-lead = 当事務所のファイル受け渡しシステムで取り扱った下記のファイルを、消去したことを証明します。
certificate-transfer = 送付
certificate-what = 消去したもの
certificate-no-names = ファイル名は保管期間が過ぎたため、残っていません。
certificate-sealed = 送付した日時
certificate-dispatched = メールが受け付けられた日時
certificate-retrieved = 受け取り
certificate-fetched = { $reference }：{ $at }
certificate-by-nobody = すべてを受け取った方はいません
certificate-why = 消去の理由
certificate-reason = { $reason ->
    [retrieved] 受け取りが済み、再ダウンロードの期間が過ぎたため
    [confirmed] 受取人が受け取りの完了を確認したため
    [expired] 保管期限が過ぎたため
    [recalled] 送信者が取り消したため
    [abandoned] 下書きが破棄されたため
    [key_lost] 鍵の保管場所が置き換えられたため
    [refused] 承認されなかったため
    [lapsed] 期限までに承認されなかったため
    [corrected] 宛先が訂正されたため
   *[other] { $reason }
}
certificate-by = { $by ->
    [account] 職員の操作
    [recipient] 受取人の操作
    [console] サーバーでの操作
   *[system] 自動
}
certificate-trigger = { $reason }（{ $by }）
certificate-erased = 消去した日時
certificate-how = 先に鍵を破棄し、続いてファイルを消去しました。そのうえで、どちらも残っていないことを確認しています。
certificate-proof = 証明
certificate-proof-lead = 保存できるファイルには、すべての段階の証明が入っています。下に示すのは消去についての証明です。
certificate-proof-show = 記録と署名された証明
certificate-position = 監査ログ { $origin } の { $index } 番目の記録（署名の対象は { $size } 件）
certificate-leaf = ログの記録：
certificate-path = 証明と、署名されたチェックポイント（C2SP tlog-proof）：
certificate-digest = ファイルの SHA-256
certificate-file = 証明書をファイルで保存する
certificate-hint = 印刷するときは、ブラウザーの印刷機能を使ってください。ファイルは、ログの検証鍵だけで、通信をせずに確かめられます：kakitome audit verify ファイル --key 検証鍵
certificate-back = 送付に戻る
certificate-not-erased = この送付はまだ消去されていません。鍵とファイルの消去が終わると、ここで消去証明書を発行できます。
certificate-not-signed = 消去は記録されています。署名は数秒で済みますので、その後でこの画面を開き直してください。
certificate-never-signed = この送付の記録に署名し終える前にログが終わったため、消去を証明できず、消去証明書は発行できません。鍵とファイルは消去済みで、記録もログに残っています。ログが終わった理由は、管理者にご確認ください。
receipt-title = 受領証
receipt-lead = できごとを一件ずつ、ログの検証鍵だけを持つ相手にも証明できます。
receipt-none = 受領証を発行できるできごとは、まだありません。
receipt-dispatched = 送付
receipt-retrieved = 受け取り完了：{ $reference }
receipt-shredded = 消去
receipt-file = 保存
receipt-soon = 数秒後に発行できます
receipt-never = 署名の前にログが終わったため、証明できません
certificates-title = 消去証明書の一覧
certificates-lead = 月ごとに、消去した送付のすべてを証明とともに示します。
certificates-month = 年月
certificates-show = 表示する
certificates-before = ← { $month }
certificates-after = { $month } →
certificates-none = { $month } に消去した送付はありません。
certificates-file = { $month } の証明書をまとめて保存する
certificates-file-hint = 1行に1件の証明書が入ります（JSON Lines）。保存したことはログに記録されます。
certificates-caption = { $month } に消去した送付
certificates-draft = 下書き
certificates-open = 開く
certificates-more = 続きを表示する
log-title = 監査ログについて
log-lead = できごとはすべて、増えるだけのログに記録されます。ログには絶えず署名しており、検証鍵があればどなたでも、後から記録が書き換え・削除・追加されていないことを確かめられます。
log-unchecked = ログの確認はまだ行われていません。毎日午前3時に行います。
log-verified = 改ざんなし：{ $at } 時点で { $count } 件を確認済みです。
log-wrong = 記録に不整合があります：{ $at } 以降、{ $origin }
log-wrong-entry = 記録に不整合があります：{ $at } 以降、{ $origin } の { $entry } 番目
log-good-until = { $at } の時点では、異常はありませんでした。
log-wrong-next = 管理者と監査担当へ連絡済みです。データを書き換えたり、バックアップから戻したりせず、そのまま複製を保管し、ほかの場所にある控えと比べてください。
log-growing = 記録中
log-closed = 終了
log-size = 件数
log-entries = 署名済み { $count } 件
log-began = 始まり
log-ended = 終わり
log-why-first = この事務所の最初のログです。
log-why-year = 年が変わりました。
log-why-host = ゲートウェイのホスト名が変わりました。
log-why-restored = データベースが以前のものに戻され、最新のチェックポイントに続いていませんでした。
log-why-key = 署名の鍵が別のものになりました。以前の鍵は失われたか、置き換えられています。
log-key = 検証鍵
log-key-unknown = 分からなくなっています。
log-left = 外部に出た最新のチェックポイント
log-left-size = 初めの { $count } 件は、気付かれずに書き換えることができません。
log-left-none = まだありません。次のメールとともに外部に出ます。
log-checkpoint = 最新の署名済みチェックポイント
log-zip = このログをファイルで保存する（zip）
log-unsigned = 署名はまだです。数秒で済みます。
log-none = ログはまだありません。数秒で始まります。
log-verify = 確かめ方
log-verify-lead = ログは、ファイルだけから、このゲートウェイも通信も使わずに、二つのプログラムで確かめられます。一つは、どなたでも読める短いスクリプトです。
log-verify-key = 検証鍵は、この画面を信用できるときに控えておくか、別の方から教えてもらってください。ファイルと一緒に届いた鍵では、何も証明できません。
log-verify-ours = このゲートウェイのプログラムで確かめる：
log-verify-theirs = 手引きのスクリプト verify.py（Python）で確かめる：
log-verify-kept = このゲートウェイのメールには、すべて最新のチェックポイントが入っています。届いたままのメールを添えてください。ログ全体が作り直されていても、それで分かります。
