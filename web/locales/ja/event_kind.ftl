# できごとの名前：監査の表と選択肢

# 分類
kind-group-staff = サインインとパスワード
kind-group-register = 利用者台帳と棚卸し
kind-group-office = 事務所・決まり・連携
kind-group-sending = 送付の作成・送信とアドレス帳
kind-group-mail = メール
kind-group-collecting = 受け取り
kind-group-ending = 期限・取り消し・消去
kind-group-fax = FAX
kind-group-log = 記録とシステム

# サインインとパスワード
kind-signed-in = サインイン
kind-identity-confirmed = 本人確認
kind-signed-out = サインアウト
kind-session-locked = 画面のロック
kind-session-unlocked = 画面のロック解除
kind-password-locked = パスワードの一時停止
kind-password-stopped = パスワードの停止
kind-codes-locked = 認証コードの一時停止
kind-codes-stopped = 認証コードの停止
kind-source-banned = 接続元の停止
kind-ban-lifted = 接続元の停止解除
kind-totp-enrolled = 認証アプリの設定
kind-totp-removed = 認証アプリの解除
kind-recovery-codes-made = 回復コードの作成
kind-passkey-added = パスキーの登録
kind-passkey-removed = パスキーの登録解除
kind-identity-linked = 連携先との結び付け
kind-sealing-passphrase-set = 封印パスフレーズの設定
kind-key-renewal-read = 鍵の更新についての確認
kind-password-reminded = パスワード変更期限のお知らせ
kind-password-changed = パスワードの変更
kind-password-reset = パスワードのリセット

# 利用者台帳と棚卸し
kind-account-created = 利用者の登録
kind-account-invited = 利用者の招待
kind-account-joined = 招待された利用者の利用開始
kind-account-changed = 利用者の登録内容の変更
kind-roles-changed = 役割の変更
kind-account-stopped = 利用の停止
kind-account-resumed = 利用の再開
kind-register-imported = 利用者台帳の取り込み
kind-register-exported = 利用者台帳の書き出し
kind-review-started = 棚卸しの開始
kind-review-assigned = 棚卸しの割り当て
kind-review-decided = 棚卸しの判断
kind-review-reminded = 棚卸し期限のお知らせ
kind-review-signed = 棚卸しの署名
kind-review-abandoned = 棚卸しの取りやめ
kind-review-exported = 棚卸しの記録の書き出し

# 事務所・決まり・連携
kind-sign-in-rules-changed = サインインの決まりの変更
kind-department-limited = 部署ごとの制限の変更
kind-policy-changed = 送付の決まりの変更
kind-office-changed = 事務所の表示の変更
kind-token-created = APIトークンの作成
kind-token-revoked = APIトークンの失効
kind-webhook-tested = Webhookのテスト
kind-webhook-given-up = Webhook通知の打ち切り
kind-webhook-stopped = Webhook通知先の停止
kind-webhook-dropped = Webhook通知の破棄

# 送付の作成・送信とアドレス帳
kind-draft-created = 下書きの作成
kind-file-added = アップロードの開始
kind-file-arrived = アップロード完了
kind-file-removed = 下書きからのファイルの削除
kind-recipient-added = 宛先の追加
kind-recipient-removed = 宛先の削除
kind-scan-verdict = ウイルス検査の判定
kind-scanner-lost = ウイルス検査の装置の応答停止
kind-scanner-found = ウイルス検査の装置の応答確認
kind-signatures-aged = ウイルス定義の更新遅れ
kind-sealed = 送信の手続き（封印）
kind-flags-confirmed = 注意のある宛先の確認
kind-contact-added = アドレス帳への登録
kind-contact-changed = アドレス帳の登録内容の変更
kind-contact-removed = アドレス帳からの削除
kind-contacts-imported = アドレス帳の取り込み
kind-contacts-exported = アドレス帳の書き出し
kind-template-saved = テンプレートの保存
kind-template-renamed = テンプレートの名前の変更
kind-template-removed = テンプレートの削除
kind-phone-verified = 電話番号の確認
kind-approval-asked = 承認の依頼
kind-approval-given = 承認
kind-approval-refused = 差し戻し
kind-approval-lapsed = 承認の期限切れ
kind-deputy-named = 承認の代理の決定
kind-deputy-withdrawn = 承認の代理の終了
kind-hold-released = 保留の解除
kind-file-inspected = 承認者によるファイルの確認
kind-number-shown = 受取番号の表示
kind-number-copied = 受取番号のコピー
kind-number-printed = お知らせ票の印刷
kind-number-told = 受取番号の伝達
kind-number-sent = 受取番号のSMS送信
kind-dispatched = 送付の送り出し

# メール
kind-mail-queued = メールの送信待ち
kind-mail-accepted = メール送信の受け付け
kind-mail-deferred = メールの再送待ち
kind-mail-failed = メールの送信不能
kind-mail-bounced = 未達メールの戻り
kind-mail-delayed = メールの配達遅れ
kind-mail-withheld = メールの差し止め
kind-mail-withdrawn = メールの取りやめ

# 受け取り
kind-link-opened = リンクへのアクセス
kind-number-mistyped = 受取番号の打ち間違い
kind-number-wrong = 受取番号の誤り
kind-number-accepted = 受取番号の一致
kind-paused = 番号の誤りによる受け付け停止
kind-resumed = 受け付けの再開
kind-number-reissued = 受取番号の再発行
kind-reminded = 受け取りのお知らせ
kind-asked-again = 再送の依頼
kind-resent = 新しいリンクでの送り直し
kind-session-taken-over = 別の画面での開き直し
kind-session-ended = 受取画面の終了
kind-serving-started = ダウンロードの開始
kind-bytes-served = ファイルのダウンロード
kind-retrieved = 受け取り完了
kind-recipient-confirmed = 宛先の方による保存の確認

# 期限・取り消し・消去
kind-extended = 期限の変更
kind-handed-over = 送付の引き継ぎ
kind-delivery-ended = 引き渡しの終了
kind-finished = 送付の終了
kind-shred-intended = 消去の決定
kind-shredded = 鍵とファイルの消去
kind-tamper-suspected = 保管中のファイルの異常
kind-alert-raised = 警告

# FAX
kind-fax-recorded = FAXの記入
kind-fax-corrected = FAXの記入の訂正
kind-fax-sent = FAXの送信
kind-fax-confirmed = FAXの受信確認
kind-fax-original-stored = FAXの原稿の保管
kind-fax-closed = FAXの送信の取りやめ
kind-fax-misdirected = FAXの誤送信
kind-fax-handed-over = FAXの引き継ぎ
kind-faxes-exported = FAX台帳の書き出し

# 記録とシステム
kind-started = ゲートウェイの起動
kind-stopped = ゲートウェイの停止
kind-log-began = 記録の開始
kind-log-verified = 記録の確認
kind-log-inconsistent = 記録の不整合
kind-certificate-issued = 消去証明書の発行
kind-certificates-issued = 消去証明書の一括発行
kind-log-exported = 記録の書き出し
kind-log-export-fetched = 書き出したファイルの受け取り
kind-log-export-ended = 書き出したファイルの消去
kind-clock-jump = 時計のずれ
