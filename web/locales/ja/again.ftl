# 受け取りのお知らせと、再送の依頼
remind-title = お知らせを送る
remind-lead = 受け取りを促すメールをこの方へ送ります。リンクも番号も書かれていません。先のメールを探していただくか、あなたへのお電話をお願いする内容です。1日に1回まで送れます。
remind-button = お知らせを送る
remind-done-at = お知らせを送りました：
remind-sent = お知らせのメールを送ります

ask-again-lead = ここから { $name } へ、再送を依頼することもできます（1日に1回まで）。
ask-again-button = 再送を依頼する
ask-again-done = { $name } へ依頼をお知らせしました
ask-again-at = { $at } にメールでお知らせしています。お急ぎのときは、お電話ください。
ended-replaced-title = 新しいリンクをお送りしています
ended-replaced-lead = このリンクは、新しいメールのリンクに替わりました。新しいほうのメールを開いてください。
ended-replaced-next = 新しいメールが届いていないときは、{ $name }へ{ $by ->
    [other] ご連絡
   *[phone] お電話
}ください。

receipts-title = お知らせのメール
receipts-collected = 受け取りが完了したら、メールで知らせる
receipts-hint = 期限切れや未達、番号の誤りによる停止は、この設定にかかわらずお知らせします。
