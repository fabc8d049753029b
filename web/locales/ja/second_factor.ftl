# サインインの2段階目
second-step-title = 2段階目の確認
second-step-passkey = コードの代わりにパスキーも使えます。
second-step-code = 認証アプリの6桁を入力してください
second-step-code-hint = 数字は30秒ごとに変わります。同じコードは一度しか使えません。
second-step-button = サインイン
second-step-lost = アプリが手元にないとき
second-step-recovery = 回復コード
second-step-recovery-hint = 印刷または保存した回復コードの一つです。それぞれ一度だけ使えます。
second-step-recovery-button = 回復コードでサインイン
second-step-nothing = 回復コードもないときは、管理者へ再設定をご依頼ください。

# 自分の2段階目
second-factor-title = 2段階認証
second-factor-lead = 2段階目があれば、パスワードを知られても、ほかの人はサインインできません。
second-factor-demanded = 続けるには2段階目の登録が必要です。次のどちらかを登録してください。
second-factor-recovered = 回復コードを使いました。残りは { $count } 個です。アプリをなくしたときは、いま設定し直してください。
second-factor-passkeys = パスキー
second-factor-passkeys-lead = もっとも簡単で安全な方法です。指紋、顔、セキュリティキー、カードが使えます。
second-factor-passkeys-count = { $count } 個登録済み。
second-factor-passkeys-add = パスキーを登録する
second-factor-app = 認証アプリ
second-factor-app-lead = スマートフォンのアプリに出る6桁の数字を、パスワードの後に入力します。
second-factor-app-begin = アプリを設定する
second-factor-app-on = アプリを設定済みです
second-factor-replace-lead = スマートフォンを替えたときは設定し直してください。新しいアプリのコードを確認するまで、いまのアプリが使えます。
second-factor-replace = アプリを設定し直す
second-factor-codes-lead = アプリをなくしたとき、回復コード1個で一度だけサインインできます。
second-factor-codes-left = 10個のうち残り { $count } 個です。
second-factor-codes-renew = 回復コードを作り直す
second-factor-remove-title = アプリの利用をやめる
second-factor-remove-lead = やめると、パスワードだけでサインインできるようになります。回復コードも使えなくなります。
second-factor-remove = アプリを解除する
second-factor-needed = アプリが必要な設定になっています。代わりになる方法を登録すると、ここで解除できます。
second-factor-onward = 次へ進む
second-factor-later = あとで
me-second-factor = 2段階認証
me-second-factor-link = パスキーやアプリを設定する

# アプリの設定
app-title = アプリの設定
app-step-install = スマートフォンで認証アプリを開いてください。ワンタイムコード（TOTP）のアプリなら何でも使えます。
app-step-scan = アプリでアカウントの追加を選び、カメラでこの図を読み取ってください。
app-picture = アプリ用の鍵を示すQRコード
app-typed = 図を読み取れないとき
app-typed-lead = 代わりに次の鍵をアプリに入力してください。種類は「時間ベース」のままにします。
app-copy = 鍵をコピー
app-step-code = アプリにいま出ている数字を入力してください。
app-confirm = 設定を終える

# 回復コード
recovery-title = 回復コード
recovery-enrolled = アプリを設定しました
recovery-once = 表示されるのは今回だけです。印刷するか、安全な場所に保存してください。
recovery-lead = アプリをなくしたとき、コード1個につき一度、アプリの代わりにサインインできます。
recovery-void = これまでの回復コードは使えなくなりました。
recovery-copy = すべてコピー
recovery-print = 印刷
recovery-kept = 保管したので次へ進む
