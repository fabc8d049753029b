# 退職・異動の前の引き継ぎ
hand-over-title = 送付の引き継ぎ
hand-over-lead = 進行中の送付を後任に引き継ぎます。お相手のリンクと受取番号はそのまま使えます。
hand-over-none = 進行中の送付はありません。引き継ぐものはありません。
hand-over-to-transfers = 送信一覧へ
hand-over-running = 進行中の送付（{ $count } 件）
hand-over-row = { $at } に送信
hand-over-content = { $files } 件・{ $size }・期限 { $until }
hand-over-to = 引き継ぐ人
hand-over-no-numbers = 今回のサインインでは鍵を開けられないため、後任は取り消しと延長だけができ、番号の再発行はできません。再発行もできるようにするには、先にパスワードでサインインしてください。
hand-over-button = { $name } さんに { $count } 件を引き継ぐ
hand-over-nobody = 後任がまだ決まっていません。利用者台帳で後任を決めるよう、管理者に依頼してください。
hand-over-asked = 後任が決まっています。離れる前に、進行中の送付を引き継いでください。
hand-over-link = 送付を引き継ぐ
hand-over-done = 引き継ぎました。後任の方にはメールでお知らせします。
