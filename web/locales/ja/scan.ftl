# ファイルのウイルス検査：送る画面、経過、管理者の画面
scan-off-notice = ここでは、送るファイルのウイルス検査を行っていません（管理者の設定）。お手元で検査したファイルを送ってください。
scan-off-short = 検査していません（管理者の設定）
scan-clean-short = 問題は見つかりませんでした
scan-waiting = ウイルス検査待ち
scan-place = { $before ->
    [0] 次に検査します（全体で { $waiting } 件待ち）。
   *[other] この前に { $before } 件、全体で { $waiting } 件が待っています。
}
scan-again = 新しいウイルス定義で、もう一度検査します。{ $more }
scan-scanning = ウイルス検査中（{ $percent }%）
scan-down = ウイルス検査待ち
scan-down-more = 検査の装置が応答していません（{ $since }から）。戻りしだい、自動で検査します。
scan-clean = ウイルス検査済み：問題なし
scan-signatures = { $version }・ウイルス定義 { $at }
scan-signatures-undated = { $version }
scan-refused = 送れません
scan-approval = 承認が必要です
scan-marked = ご確認ください
scan-marked-next = このまま送れます。
scan-said = { $what }。{ $next }
scan-flaw-infected = ウイルスの疑いがあります（{ $finding }）
scan-flaw-infected-unnamed = ウイルスの疑いがあります
scan-flaw-encrypted = パスワード付きのため、中身を検査できません
scan-flaw-limits = 中身が深すぎるか多すぎるため、検査できません
scan-flaw-opaque = 検査の装置が開けない形式の圧縮ファイルです
scan-flaw-oversized = 大きすぎるため、検査できません
scan-flaw-timed-out = 時間内に検査が終わりませんでした
scan-flaw-failed = 検査を何度か試みましたが、できませんでした
scan-flaw-executable = プログラム、スクリプト、ショートカットなどです
scan-flaw-macros = マクロを含む文書です
scan-flaw-disguised = 別の種類のファイルに見える名前です
scan-flaw-mismatched = 名前と中身の種類が合いません
scan-flaw-ending = 送らない設定になっている種類のファイルです
scan-look-again = 検査のようすをもう一度見る
scan-all-left = ウイルス検査が済んでいないファイル：{ $count } 件
scan-all-left-more = 検査が終わるまで送信されません。このまま続けて入力できます。
scan-all-down = ウイルス検査の装置が応答していません
scan-all-down-more = { $since }から応答がありません。ファイルはお預かりしており、戻りしだい自動で検査します。送信は自動では行われません。検査が終わってから「送信する」を押してください。
scan-all-done = ウイルス検査はすべて終わりました
scan-all-refused = 送れないファイルがあります
scan-all-refused-more = ウイルス検査は終わりました。そのファイルを外すと、残りを送れます。
compose-scan-refused = { $limit } を超えるファイルは、ウイルス検査ができないため送れません。
compose-scan-approval = { $limit } を超えるファイルは、ウイルス検査ができないため承認が必要です。
compose-scan-allowed = { $limit } を超えるファイルは、ウイルス検査をせずに送ります。
check-to-file = このファイルを見る
transfer-withheld = メールを止めています
transfer-withheld-lead = { $since }から止めています。送信した後に、送ってよいファイルの決まりが変わりました。いまの決まりでは、このままでは送れないファイルがあります。相手の方にはまだ何も届いていません。
transfer-withheld-next = この送付を取り消し、ファイルを差し替えて送り直してください。急ぐときは管理者へご連絡ください。決まりが戻れば、メールは自動で送られます。

# 管理者の画面
scanner-ready = ウイルス検査の装置：応答しています
scanner-down = ウイルス検査の装置：応答していません
scanner-down-more = { $since }から応答がありません。ファイルは検査を待っており、検査の済んでいないものは送られません。装置（clamd）をご確認ください。
scanner-unknown = ウイルス検査の装置：まだ応答がありません
scanner-stale = ウイルス検査の装置：ウイルス定義が古くなっています
scanner-off = ウイルス検査：行っていません
scanner-off-more = 設定（scan.off）により、ファイルを検査せずに送っています。
