# コマンドライン
cli-see-help = 使い方: kakitome help
cli-no-terminal = 受取番号が必要です。--number-file FILE を指定してください（入力できる端末がありません）
cli-ask-number = 受取番号:
cli-file-open = { $file } は他の利用者にも読めます。chmod 600 { $file } を実行してください
cli-token-missing = API トークンのファイルを --token-file FILE で指定してください。トークンは /me のページで作れます。
cli-token-malformed = トークンのファイルの内容が API トークン（kkt_…）ではありません
cli-token-refused = トークンが正しくないか、期限切れか、取り消されています。/me のページで新しく作ってください。
cli-token-revoked = （取消済み）
cli-token-sleeps = この利用者はまだ初期パスワードのままです。初めてのサインインでパスワードを変更すると、それより前に作ったトークンは取り消されます。本人が使うトークンは、変更の後に作ってください。
cli-server-wrong = { $server } はサーバーのアドレスではありません（例: https://files.example.jp）
cli-code-needs-server = コードだけではサーバーがわかりません。リンク全体か --server URL を指定してください
cli-foreign-address = 別のサーバーのアドレスが返されたため、接続しませんでした
cli-tell-administrator = 管理者にお知らせください。
cli-distrusted = サーバーの証明書を信頼できません: { $why }
cli-distrusted-next = 自己署名の場合は --ca-file KEYS/tls/authority.pem を指定してください。それ以外の場合は続けないでください。
cli-lost = サーバーに接続できませんでした: { $why }
cli-lost-next = 届いた分は残っています。同じコマンドをもう一度実行すると続きから始まります。
cli-again = { $why }。{ $wait }後に再試行します
cli-not-understood = サーバーの応答を読み取れませんでした: { $why }
cli-strange-answer = サーバーが理由なしに { $status } を返しました
    .next = アドレスを確かめてください。途中の機器が応答しているかもしれません。
cli-nothing-found = 該当するものがありません
    .next = お問い合わせ番号またはリンクを確かめてください。他の送信者のものは表示されません。
cli-no-installation = { $keys } にはまだ何も設置されていません
    .next = サーバーと同じ --config、--data、--keys を付け、サーバーと同じ利用者（kakitome）で実行してください。何も作っていません。
cli-not-here = 該当する利用者またはトークンがありません
cli-account-key = サーバー上で作ったトークンには利用者の鍵がありません。/me のページで作ったトークンを使うか、ブラウザーで再発行してください。
cli-no-home = 送付の途中経過を保存する場所がありません
    .next = HOME または XDG_STATE_HOME を設定してください。
cli-send-runs = 同じコマンドが実行中です
    .next = 終わるまで待つか、終了させてください。
cli-order-changed = 途中まで送ったファイルが変更されています
    .next = 続けるには元のファイルに戻してください。新しいファイルを送るには { $state } を削除してもう一度実行してください。古い下書きは自動的に破棄されます。
cli-file-changed = { $file } は送信中に変更されました
    .next = まだ何も送られていません。書き込みが終わってからやり直してください。
cli-directory = { $file } はフォルダーです
    .next = 中のファイルを指定するか、先に一つのファイルにまとめてください。
cli-no-file = { $file } はファイルではありません
cli-empty-file = { $file } は空です
cli-name-not-text = { $file } の名前が UTF-8 ではありません。先に名前を変えてください
cli-twice = { $email } が二回指定されています
cli-goes-on = 前回の続きから始めます。
cli-file-moving = { $name }: { $position } / { $total }
cli-file-arrived = { $name }: { $total }、完了
cli-scan-bar = ウイルス検査
cli-scan-waits = ウイルス検査を待っています（残り { $count } 件）
cli-scan-down = ウイルス検査の装置が応答していません（{ $since }から）。戻りしだい、自動で続けます。
cli-scan-down-end = ウイルス検査の装置が応答しないため、送信できませんでした
cli-scan-late = ウイルス検査が進まないため、送信できませんでした
cli-scan-next = ファイルはお預かりしており、検査は続きます。しばらくしてから同じ命令をもう一度実行すると、続きから始まります。
cli-scan-refused = { $what }
    { "  " }{ $next }
cli-scan-refused-all = 送れないファイルがあるため、何も送りませんでした（{ $count } 件）
cli-scan-refused-next = そのファイルを外して、もう一度実行してください。
cli-scan-marked = { $flaw ->
    [infected] ご確認ください：{ $name } にはウイルスの疑いがあります
    [encrypted] ご確認ください：{ $name } はパスワード付きのため検査できません
    [oversized] ご確認ください：{ $name } は大きすぎるため検査していません
    [executable] ご確認ください：{ $name } はプログラムまたはスクリプトです
    [macros] ご確認ください：{ $name } はマクロを含みます
    [disguised] ご確認ください：{ $name } は別の種類に見える名前です
    [mismatched] ご確認ください：{ $name } の名前と中身の種類が合いません
   *[other] ご確認ください：{ $name } は検査できていません
}
cli-file-scan = { $word ->
    [arriving] 届いていません
    [waiting] ウイルス検査待ち
    [scanning] ウイルス検査中
    [clean] ウイルス検査済み：問題なし
    [off] ウイルス検査なし
    [infected] 送れません：ウイルスの疑いがあります
    [encrypted] 検査できません：パスワード付きです
    [oversized] 検査できません：大きすぎます
    [executable] 送れません：プログラムまたはスクリプトです
    [macros] 送れません：マクロを含みます
    [disguised] 送れません：別の種類に見える名前です
    [mismatched] 送れません：名前と中身の種類が合いません
    [ending] 送れません：この種類は送らない設定です
   *[other] 検査できませんでした
}
cli-number-sms = { $state ->
    [sent] { "  " }SMSを送りました
    [later] { "  " }SMSはまだ送っていません。メールが出たあとで、新しい番号をSMSで発行し直せます
   *[failed] { "  " }SMSを送れませんでした。番号は上のとおりです。ほかの方法で伝えてください
}
cli-number = { $reference }  { $email }
    { "  " }受取番号  { $groups }
    { "  " }読み方    { $reading }
cli-sent = 送付しました。リンクの有効期限は { $until } です。番号は必ずメール以外の方法で伝えてください。もう一度表示することはできません。
cli-sent-before = 番号が分からなくなったときは再発行してください: kakitome reissue { $reference }
cli-mail-accepted = { $email }: リンクのメールはメールサーバーに受け付けられました
cli-mail-failed = { $email }: メールが届きませんでした。アドレスを確かめてください
cli-mail-waits = { $email }: リンクのメールを送信中です
cli-mail-not-delivered = （メール不達）
cli-offered = { $office }: { $sender } { $phone } さんから { $count } 件、{ $size }、期限 { $until }
cli-agreed-phrase = 合言葉: { $phrase }
cli-ended-collected = このファイルは受け取り済みで、もう開けません
cli-ended-expired = このファイルの期限は過ぎました
cli-ended-recalled = このファイルは送信者が取り消しました
cli-ended-key-lost = このファイルはもう開けません
cli-ended-next = まだ必要な場合は、送信者にもう一度送ってもらってください。
cli-link-wrong = リンクが途中で切れているか、入力に誤りがあります
    .next = メールのリンク、またはその下のコードをもう一度写してください。
cli-link-no-https = リンクが https:// で始まっていません
cli-take-over = ご自身で開いた場合は --take-over を付けると、もう一方が終了します。心当たりがない場合は送信者に電話してください。
cli-digest-wrong = 受け取った内容が送られたものと違います（SHA-256 が一致しません）
    .next = もう一度実行してください。続く場合は送信者にお知らせください。
cli-again-until = 保存し、確認しました。{ $until } まではもう一度受け取れます。
cli-done = 保存し、確認しました。サーバー上のファイルは消去されます。
cli-no-transfers = 送付はありません。
cli-until = 期限 { $until }
cli-the-sender = 送信者
cli-state = { $state ->
    [draft] 下書き
    [sealed] 送付済み（メール送信前）
    [dispatched] 送付中
    [finished] 終了
    [shredded] 消去済み
    [pending] メール送信前
    [offered] メール送信済み
    [opened] 開封済み
    [partly_retrieved] 一部受け取り済み
    [retrieved] 受け取り済み
    [paused] 番号間違いで停止中
    [closed] 受け取り済み（終了）
    [expired] 期限切れ
    [recalled] 取り消し済み
    [key_lost] 鍵の消失
   *[other] { $state }
}
cli-reminded = { $count }名へお知らせのメールを送ります。
cli-recalled = 取り消しました。リンクではもう開けません。
cli-deputy-none = 代理の方はいません
cli-deputy-until = 最後の日を --until で指定してください
cli-one-time = { $email } の初期パスワードです。もう一度表示することはできません。最初のサインインで変更が必要です:
cli-swept = 期限切れ { $expired }、終了 { $closed }、破棄 { $abandoned }、セッション { $sessions }、消去 { $shredded }、孤立 { $orphans }
cli-wording-written = メールのひな形を{ $count }個書き出しました。変えたものだけを残し、設定の mail.wording_directory にこの場所を書いてください。
cli-wording-present = { $file } がすでにあります。何も書き出していません。
    .next = 空の場所を指定してください。
cli-config-fine = 設定に問題はありません。
cli-config-flawed = この設定では使えません
    .next = 標準出力の一覧を直してください。すべての設定は kakitome config default で表示できます。
cli-audit-no-log = そのログはありません
    .next = ログの一覧は kakitome audit key で分かります
cli-audit-not-signed = ログにはまだ署名がありません
    .next = ゲートウェイを動かすと、数秒で署名されます
cli-audit-another = このフォルダーには別のログがあります
    .next = 別のフォルダーを指定してください
cli-audit-skipped = { $name } は別のログのものなので、比べていません
cli-audit-no-key = --key の値は検証鍵として読めません
    .next = 「ホスト名/audit/年-番号+8桁+文字列」の形の鍵か、その鍵を書いたファイルを指定してください
cli-audit-good = ログは改ざんされていません。{ $origin }: { $entries } 件、手元のチェックポイント { $kept } 件と一致
cli-audit-alone = 手元のメールやチェックポイントと比べていないため、全体を書き直されていても分かりません。--kept で指定してください
cli-audit-nothing-there = { $directory } にログのファイルがありません
    .next = kakitome audit publish で書き出したフォルダーか zip を指定してください
cli-audit-kept-is-none = { $name } はチェックポイントでも、それを含むメールでも、次のログでもありません
    .next = ゲートウェイから届いたメールをそのままの形（.eml）で指定するか、次のログを指定してください
cli-audit-bad = ログは信用できません
    .next = ファイルをそのまま保管し、上に出た件をゲートウェイの管理者とは別の方にも知らせてください
cli-audit-no-checkpoint = checkpoint がありません。
cli-audit-malformed = { $name } はチェックポイントとして読めません。
cli-audit-unsigned = { $name } はこの鍵で署名されていません。
cli-audit-forged = { $name } の署名が合いません。署名の後で書き換えられています。
cli-audit-other-log = { $name } は別のログのチェックポイントです。
cli-audit-no-entries = { $first } 番目からの記録がないか、壊れています（{ $path }）。
cli-audit-count = { $path } の記録は { $found } 件です。{ $wanted } 件あるはずです。
cli-audit-entry = { $index } 番目の記録と、ログに加えられたときの指紋が合いません。記録か指紋が書き換え、削除、追加、入れ替えのいずれかを受けています。
cli-audit-tile = { $path } がないか、下の記録と合いません。
cli-audit-root = 記録全体が、署名されたものと違います。
cli-audit-truncated = { $name } のときは { $size } 件ありました。末尾が切り取られています。
cli-audit-forked = { $name } は { $size } 件のときの別のログを示しています。ログが書き直されたか、二つあります。
cli-audit-checked = ログは署名されたとおりです。{ $entries } 件を確かめました
cli-audit-inconsistent = ログ { $origin } に不整合があります（{ $flaw }）
    .next = データを書き換えたり、バックアップから戻したりせず、そのまま複製を保管してください。以前に書き出したログや、過去のメールのチェックポイントと比べてください：kakitome audit verify … --kept …
cli-audit-inconsistent-entry = ログ { $origin } の { $entry } 番目の記録に不整合があります（{ $flaw }）
cli-audit-inconsistent-unsigned = ログ { $origin } には署名があったはずですが、署名または検証鍵が失われています
cli-audit-inconsistent-astray = ログ { $origin } に記録されず、記録待ちにもなっていない出来事があります
cli-receipt-entry = ✔ { $event }、{ $at }（{ $origin } の { $index } 番目の記録）
cli-receipt-value =   { $field }：{ $value }
cli-receipt-erased = ✔ 消去済み：送付 { $transfer }、{ $files } 件、{ $size }、{ $at }。鍵を破棄し、残っていないことを確認しています
cli-receipt-good = すべてログで証明されています
cli-receipt-bad = 証明されていないものがあります
    .next = ファイルをもう一度取り寄せてください。それでも変わらないときは、ゲートウェイの管理者とは別の方にも知らせてください
cli-receipt-malformed = { $number } 件目は受領証としても消去証明書としても読めません。
cli-receipt-unproved = { $number } 件目：{ $entry } 番目の記録は、この鍵で署名されたログにないか、書き換えられています。
cli-receipt-no-key = { $number } 件目：{ $entry } 番目の記録はログ { $origin } のものですが、その検証鍵が指定されていません（--key）。
cli-receipt-other-value = { $number } 件目：{ $entry } 番目の記録の { $field } は、ログに記録された値と違います。
cli-receipt-value-twice = { $number } 件目：{ $entry } 番目の記録に { $field } が重複しています。
cli-receipt-left-out = ! 除外：送付 { $transfer }（{ $references }）の消去証明書はありません。ログで証明できない（{ $why ->
        [never_signed] 署名の前にログが終わった
       *[other] 保存されている記録が署名済みのログと合わない
    }）、とファイル自体に記載されています
cli-receipt-kept = 手元の控え（--kept）と比べられるのはログ全体です。受領証や消去証明書とは比べられません
    .next = 受領証は --kept なしで、ログ（audit publish または /audit/log で取得）は --kept 付きで確かめてください
cli-receipt-nothing = 受領証も消去証明書もないファイルのため、証明されるものがありません。
cli-receipt-repeated = { $number } 件目：{ $entry } 番目の記録が重複しています。
cli-receipt-statement = { $number } 件目の記載は、記録の内容と合いません。
cli-dkim-unset = メールへの署名が設定されていません
    .next = 設定ファイルの [mail.dkim] に selector と key_file を書いて、もう一度実行してください
cli-dkim-made = 鍵を作りました: { $file }
cli-dkim-there = 鍵は既にあります: { $file }
cli-dkim-next = 次の TXT レコードをドメインに置き、kakitome doctor で確認してから、ゲートウェイを起動し直してください
cli-reinit = 進行中の送付はすべて終了し、誰にも開けなくなります。送信者に知らせが届きます
    .next = 鍵のフォルダーが失われ、写しもない場合に限り、サーバーを止めて --yes を付けて実行してください。
cli-reinit-done = 新しい鍵の保管庫を使います。管理鍵も失われた場合は、全員のパスワードを再設定してください: kakitome account reset EMAIL
cli-reinit-count = 終了した引き渡し { $deliveries }、破棄した下書き { $drafts }
cli-demo-unscanned = お試し実行です。ウイルス検査は行わず、最後にすべて削除します。
cli-demo-runs = サーバーは { $address } で動いています。
cli-demo-sent = { $reference } として送付しました。電話で伝える受取番号: { $groups }
cli-demo-looked = メールが届き、受取人がリンクを開きました。
cli-demo-same = { $name }: SHA-256 は送信側と受信側で同じです: { $digest }
cli-demo-differs = 受け取った内容が送ったものと違います
cli-demo-done = 受取人はすべて受け取り、サーバーは鍵とファイルを消去しました。
cli-register-agrees = 利用者台帳と記録は一致しています
cli-register-disagrees = 利用者台帳と記録が { $count } 件一致していません
cli-flags = ⚠ { $email }：{ $flags }（{ $words }）
cli-confirm-flags = 相手に確認しましたか。送信する場合は「はい」または y：
cli-flag-first-time = 初めての宛先
cli-flag-look-alike = よく似た送付先がある
cli-flag-look-alike-here = この送付のほかの宛先とよく似ている
cli-flag-scripts = 紛らわしい文字がある
cli-flag-free-mail = フリーメール
cli-flag-other-company = ほかの宛先と会社が違う
cli-flag-bounced = 前回のメールが届かなかった
