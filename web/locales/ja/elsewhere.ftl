elsewhere-with = { $name } でサインイン
elsewhere-or = メールアドレスとパスワードを使う
elsewhere-apart = サインイン画面は別のタブで開きます。終わったらこのタブに戻り、下のボタンを押してください。
elsewhere-onward = サインインが済んだので続ける

sealing-title = 封印パスフレーズ
sealing-lead = 送信したファイルの番号を再発行するには、ご本人専用の鍵が必要です。鍵は、ご本人だけが知るパスフレーズで守られます。
sealing-lost = 忘れると、鍵は誰にも開けられません。送信中のものの受け取りや取り消しはできますが、番号の再発行はできなくなります。
sealing-new = 新しいパスフレーズ
sealing-hint = { $minimum }文字以上。いくつかの単語を並べると覚えやすくなります。
sealing-again = もう一度入力
sealing-set = パスフレーズを設定する
sealing-closed = パスフレーズを入力してください。サインアウトするか画面がロックされるまで、鍵は開いたままです。
sealing-passphrase = パスフレーズ
sealing-open = 鍵を開く
sealing-is-open = サインアウトするか画面がロックされるまで、鍵は開いています。
sealing-change-title = パスフレーズを変更
sealing-current = 現在のパスフレーズ
sealing-change = 変更する
sealing-wrong = パスフレーズが違います。
sealing-done = 鍵を開きました。

onward-sealing = 鍵を開く
