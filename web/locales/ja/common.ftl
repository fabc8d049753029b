# 枠：どのページにもあるもの
service-name = ファイル受け渡し窓口
skip-to-main = 本文へ移動
language-label = 表示言語
error-prefix = エラー：
error-summary-title = 入力内容をご確認ください
error-summary-general = ご確認ください
help-title = お困りのとき
sign-out = サインアウト
back = 戻る

nav-label = メニュー
nav-send = 送る
nav-transfers = 送信一覧
nav-office = 事務所
nav-me = { $name } さんの設定

# 単位、日付、数字の読み
size-bytes = { $count } バイト
duration-days = { $count }日間
duration-hours = { $count }時間
duration-minutes = { $count }分
duration-seconds = { $count }秒
moment = { $year }年{ $month }月{ $day }日（{ $weekday ->
    [mon] 月
    [tue] 火
    [wed] 水
    [thu] 木
    [fri] 金
    [sat] 土
   *[sun] 日
}）{ $clock }{ $zone ->
    [none] {""}
   *[other] （{ $zone }）
}
day = { $year }年{ $month }月{ $day }日（{ $weekday ->
    [mon] 月
    [tue] 火
    [wed] 水
    [thu] 木
    [fri] 金
    [sat] 土
   *[sun] 日
}）
moment-short = { $year }/{ $month }/{ $day }（{ $weekday ->
    [mon] 月
    [tue] 火
    [wed] 水
    [thu] 木
    [fri] 金
    [sat] 土
   *[sun] 日
}）{ $clock }
digit = { $digit ->
    [0] ゼロ
    [1] いち
    [2] に
    [3] さん
    [4] よん
    [5] ご
    [6] ろく
    [7] なな
    [8] はち
   *[9] きゅう
}
    .between = ・

# 何度も使う言葉
word-email = メールアドレス
word-password = パスワード
word-name = お名前
word-phone = 電話番号
word-phrase = 合言葉
word-message = ひとこと
word-files = ファイル
word-recipient = 宛先
word-sender = 送信者
word-reference = お問い合わせ番号
word-number = 受取番号
word-until = 期限
word-content = 内容
colon = ：
word-optional = 任意
word-required = 必須
person = { $name } 様
person-at = { $person }（{ $email }）
files-and-size = { $count }件（{ $size }）
channel-phone = 電話
channel-sheet = お知らせ票（印刷・FAX・郵送）
role-sender = 送信者
role-approver = 承認者
role-auditor = 監査
role-administrator = 管理者
script-copied = コピーしました
script-copy-failed = コピーできませんでした。選択してコピーしてください。
script-show = 表示
script-hide = 隠す
script-shown = パスワードを表示しています
script-hidden = パスワードを隠しました

# 引き渡しと送付の状態
status-draft = 下書き
status-queued = 送信待ち
status-offered = 受け取り待ち
status-opened = 開封済み・受け取り待ち
status-partly = 一部受け取り済み
status-collected = 受け取り済み
status-collected-by-some = 一部の宛先のみ受け取り済み
status-paused = 停止中（番号の誤り）
status-undelivered = 未達
status-expired = 期限切れ（消去済み）
status-recalled = 取り消し済み
status-abandoned = 破棄した下書き
status-key-lost = 開けなくなりました
status-not-approved = 承認されず
