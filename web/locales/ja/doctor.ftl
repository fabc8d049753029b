# kakitome doctor: 見たことと、していただくこと
cli-doctor-outcome = { $outcome ->
    [ok] 正常
    [warning] 注意
    [failed] 異常
   *[not_checked] 未確認
}
cli-doctor-sum = 正常 { $ok }、注意 { $warnings }、異常 { $failed }、未確認 { $unchecked }
cli-doctor-failed = 動いていないもの、または安全でないものがあります
    .next = 標準出力の矢印の後に書かれていることを行い、もう一度実行してください。

doctor-scanner-off = ウイルス検査の装置がありません。設定のとおり、ファイルは検査せずに送られます（scan.off = true）。
    .next = clamd を用意し（deploy/clamav/README.md）、scan.clamd にそのアドレスを書き、scan.off を消してください。
doctor-scanner-missing = ウイルス検査の装置がなく、検査せずに送るという設定もありません。このままではサーバーは起動しません。
    .next = clamd を用意し（deploy/clamav/README.md）、scan.clamd にそのアドレスを書いてください。
doctor-scanner-answers = ウイルス検査の装置は { $address } で応答しています（{ $version }）。
doctor-scanner-in-clear = ウイルス検査の装置は { $address } で応答していますが（{ $version }）、ファイルが暗号化されずにネットワークを通ります。このままではサーバーは起動しません。
    .next = clamd をこのサーバーで動かすか、ここで終わる暗号化された経路を通してください。
doctor-scanner-silent = ウイルス検査の装置が { $address } で応答しません（{ $why }）。失われたものはありません。ファイルは検査が済むまで待ち、送付されません。
    .next = clamd が動いているか（systemctl status kakitome-clamd）、scan.clamd がそのアドレスか、このコマンドの利用者がソケットを使えるかを確かめてください。
doctor-no-scanner = 調べるウイルス検査の装置がありません。
    .next = scanner の項目をご覧ください。
doctor-no-answer = ウイルス検査の装置が応答しません。
    .next = scanner の項目の対処をしてから、もう一度実行してください。
doctor-signatures-fresh = ウイルス定義は { $at } のもので、{ $hours } 時間たっています（上限 { $limit } 時間）。
doctor-signatures-old = ウイルス定義は { $at } のもので、{ $hours } 時間たっています（上限 { $limit } 時間、送付の決まりの signature_hours）。新しいウイルスを見逃すおそれがあります。
    .next = freshclam が動いているか（systemctl status clamav-freshclam）、配布元につながるかを確かめてください。つながらない理由はその記録に出ています。
doctor-signatures-undated = ウイルス検査の装置が、ウイルス定義の日時を示しません（{ $version }）。古くなっても気づけません。
    .next = clamd に daily のウイルス定義を用意してください（freshclam が DatabaseDirectory に取得します）。
doctor-clean-passes = 無害なファイルは「問題なし」と判定されます。
doctor-clean-refused = 無害なファイルが「問題なし」と判定されません（{ $answer }）。理由なく送付が断られるおそれがあります。
    .next = この名前の定義を clamd のウイルス定義から外すか、配布元に知らせてください。
doctor-eicar-found = 試験用ファイル（EICAR）を見つけました（{ $answer }）。
doctor-eicar-missed = 試験用ファイル（EICAR）を見つけられません（判定 { $answer }）。何も見つけられない状態かもしれません。
    .next = DatabaseDirectory に main と daily のウイルス定義があるかを確かめ、clamd を起動し直してください。
doctor-eicar-in-zip-found = zip の中の試験用ファイル（EICAR）を見つけました（{ $answer }）。
doctor-eicar-in-zip-missed = zip の中の試験用ファイル（EICAR）を見つけられません（判定 { $answer }）。圧縮ファイルの中が検査されていません。
    .next = clamd の設定で ScanArchive yes とするか、その行を消し、clamd を起動し直してください。
doctor-encrypted-told = パスワード付きの圧縮ファイルを見分けます（{ $answer }）。
doctor-encrypted-passes = パスワード付きの圧縮ファイルを見分けません（判定 { $answer }）。中を検査できないものが「問題なし」として送られるおそれがあります。
    .next = clamd の設定で AlertEncrypted yes とし、clamd を起動し直してください。
doctor-limits-told = 検査の限度を超える圧縮ファイルを見分けます（{ $answer }）。
doctor-limits-pass = 検査の限度を超える圧縮ファイルを見分けません（判定 { $answer }）。検査していない部分が「問題なし」として送られるおそれがあります。
    .next = clamd の設定で AlertExceedsMax yes とし、clamd を起動し直してください。
doctor-sample-unanswered = 小さなファイルを渡しましたが、判定が返りません（{ $why }）。
    .next = 理由は clamd の記録に出ています（journalctl -u kakitome-clamd）。一時ディレクトリーがいっぱいか、書き込めないことがよくあります。
doctor-clamd-read = { $file } は { $address } の clamd の設定です。
doctor-clamd-other = { $file } は { $address } の clamd の設定ではありません（ソケットまたはポートが違います）。clamd の各項目の結果は当てにならないかもしれません。
    .next = scan.clamd_configuration に、その clamd を起動したときの設定ファイルを書いてください。
doctor-clamd-unread = clamd の設定 { $file } を読めません（{ $why }）。
    .next = scan.clamd_configuration に正しい場所を書き、このコマンドの利用者が読めるようにしてください。
doctor-clamd-elsewhere = { $address } の装置は別のサーバーにあり、その設定はここでは読めません。
    .next = そのサーバーの clamd の設定を、deploy/clamav/clamd.conf と見比べてください。
doctor-switch-on = { $key } は有効です。
doctor-switch-off = { $key } が無効です。clamd が検査していないものが「問題なし」になります。
    .next = clamd の設定で { $key } yes とし、clamd を起動し直してください。
doctor-kinds-all = すべての種類の内容を検査します。
doctor-kinds-missing = 検査しない種類が設定されています: { $keys }。
    .next = clamd の設定でこれらを yes とするか、その行を消し、clamd を起動し直してください。
doctor-size-enough = { $key } は { $size } です。検査に渡すファイルは { $needed } までです。
doctor-size-small = { $key } は { $size } ですが、検査に渡すファイルは { $needed } までです。間の大きさのファイルは判定を得られず、アップロードの後で断られます。
    .next = { $key } を { $needed } に上げるか、scan.largest_bytes を下げてください。下げれば、送信者にはアップロードの前に伝わります。
doctor-scan-size-cuts = MaxScanSize（{ $size }）が MaxFileSize（{ $needed }）を超えています。圧縮ファイルの中の大きなファイルを、clamd は途中で切り、問題なしと答えます。
    .next = 二つを同じ大きさにしてください。
doctor-threads-enough = clamd は { $count } 件を同時に検査します。同時に渡すのは { $needed } 件です。
doctor-threads-few = clamd が同時に検査するのは { $count } 件ですが、{ $needed } 件を同時に渡します。待たされて時間切れになるおそれがあります。
    .next = MaxThreads を { $needed } に上げるか、scan.at_once を下げてください。
doctor-scan-time-fits = clamd は { $seconds } で検査を打ち切ります。待つのは { $patience } です。
doctor-scan-time-long = clamd の MaxScanTime（{ $seconds }。0 は無期限）が、待つ時間 { $patience } より短くありません。clamd が検査を続けている間に接続を切ってしまいます。
    .next = clamd の設定の MaxScanTime（ミリ秒）をそれより短くするか、scan.timeout_seconds を延ばしてください。
doctor-patience-enough = clamd はデータを { $seconds } 待ちます。
doctor-patience-short = clamd がデータを待つのは { $seconds } だけです。遅い回線からのファイルは二度検査することになります。
    .next = clamd の設定の ReadTimeout を { $needed } 以上にしてください。
doctor-temporary-in-memory = clamd が書き出すものはメモリーの中に留まります（{ $directory }）。
doctor-temporary-on-disk = clamd は検査するファイルを { $directory } に書き出しますが、そこはディスク（{ $kind }）です。機密のファイルが読める形でディスクに残るおそれがあります。
    .next = TemporaryDirectory を tmpfs にし（deploy/clamav に用意があります）、clamd を起動し直してください。
doctor-temporary-small = { $directory } はメモリーの中ですが、大きさが { $size } しかありません。{ $needed } までのファイルが入りません。
    .next = tmpfs を大きくするか、scan.largest_bytes を下げてください。
doctor-temporary-unknown = { $directory } がどこにあるか分かりません。
    .next = tmpfs にあることを確かめてください: findmnt -T { $directory }
doctor-swap-none = このサーバーには、ディスク上のスワップがありません。
doctor-swap-kept-out = このサーバーにはスワップがありますが（{ $swap }）、clamd が書き出すものはそこへ行きません。
doctor-swap-unknown = このサーバーにはスワップがあり（{ $swap }）、clamd のメモリーがそこへ行くかどうか分かりません。
    .next = clamd を MemorySwapMax=0 で動かし（deploy/clamav/kakitome-clamd.service）、確かめられるように PidFile を設定してください。
doctor-swap-possible = clamd のメモリーがスワップ { $swap } に書かれ、機密のファイルの一部がディスクに残るおそれがあります。
    .next = clamd を MemorySwapMax=0 で動かすか（deploy/clamav/kakitome-clamd.service）、スワップをなくしてください。
doctor-leftovers-none = clamd は書き出したものを消します。
doctor-leftovers-stay = clamd が検査したものの写しを残しています（LeaveTemporaryFiles yes）。
    .next = LeaveTemporaryFiles no とし、clamd を起動し直し、一時ディレクトリーを空にしてください。
doctor-socket-kept = clamd のソケットは決まったグループだけが使えます（モード { $mode }）。
doctor-socket-open = このサーバーの誰でも clamd に指示でき、止めることもできます（ソケットのモード { $mode }）。
    .next = clamd の設定で LocalSocketMode 660 と LocalSocketGroup を指定し、clamd を起動し直してください。
doctor-socket-none = clamd はこのサーバーのソケットを使っていません。
doctor-network-none = clamd はネットワークで待ち受けていません。
doctor-network-loopback = clamd はこのサーバーの中だけで待ち受けています（{ $addresses }）。
doctor-network-open = clamd がパスワードも暗号化もなしにネットワークで待ち受けています（{ $addresses }）。そこから誰でも止めることができます。
    .next = clamd の設定から TCPSocket を消すか、TCPAddr 127.0.0.1 とし、clamd を起動し直してください。
doctor-mail-local = メールはこのサーバーの外へ出ません（mail.kind または差出人のドメイン）。DNS は調べていません。
    .next = 送り始める前に mail.kind を smtp にし、もう一度確認してください。
doctor-names-silent = DNS から { $name } の答えがありません: { $why }
    .next = このサーバーの DNS の設定を確認してください。外から見える答えを調べるには mail.name_server を設定します。
doctor-spf-there = 送信を許すサーバーを定めています（SPF）。{ $name }: { $record }
doctor-spf-none = { $name } に SPF がありません。偽のメールと区別できず、届かないことがあります。
    .next = 送信するメールサーバーを書いた TXT レコードを { $name } に置いてください。例: v=spf1 mx -all
doctor-spf-several = { $name } に SPF が二つ以上あります。受け取る側は無いものとして扱います。
    .next = 一つにまとめてください。
doctor-spf-unreadable = { $name } の SPF は書き方が誤っています: { $record }
    .next = レコードを直してください（RFC 7208）。
doctor-spf-anybody = { $name } の SPF は世界中の誰にでも送信を許しています: { $record }
    .next = 「all」を「-all」に直し、送信するサーバーだけを挙げてください。
doctor-dkim-elsewhere = このゲートウェイはメールに署名しません（mail.dkim）。メールサーバーが署名しているかどうかは、ここからは分かりません。
    .next = 外の受信箱に一通送り、見出しの Authentication-Results が dkim=pass であることを確認してください。そうでなければ: kakitome keys dkim
doctor-dkim-fits = 署名は公開されている鍵で確かめられます（DKIM）。{ $name }
doctor-dkim-none = { $name } に公開鍵がありません。署名が確かめられません。
    .next = 次のコマンドが示す TXT レコードを置いてください: kakitome keys dkim
doctor-dkim-several = { $name } にレコードが二つ以上あります。どちらが読まれるか決まりません。
    .next = 次のコマンドが示すものだけを残してください: kakitome keys dkim
doctor-dkim-unreadable = { $name } のレコードは鍵として読めません: { $record }
    .next = 次のコマンドが示すものに直してください: kakitome keys dkim
doctor-dkim-other = { $name } の鍵は別のものです。署名は偽物と判断されます。
    .next = 次のコマンドが示すものに直すか、mail.dkim.selector を変えてください: kakitome keys dkim
doctor-dkim-revoked = { $name } の鍵は取り消されています。署名は偽物と判断されます。
    .next = mail.dkim.selector と鍵を新しくしてください: kakitome keys dkim
doctor-dmarc-protects = 差出人を偽ったメールは隔離または拒否されます（DMARC）。{ $name }: { $record }
doctor-dmarc-none = { $name } に DMARC がありません。事務所を名乗る偽のメールも届きます。
    .next = TXT レコードを { $name } に置いてください。初めは v=DMARC1; p=none; rua=mailto:… で様子を見て、後で p=quarantine にします。
doctor-dmarc-several = { $name } に DMARC が二つ以上あります。受け取る側は無いものとして扱います。
    .next = 一つにまとめてください。
doctor-dmarc-unreadable = { $name } の DMARC は書き方が誤っています: { $record }
    .next = レコードを直してください（RFC 9989）。
doctor-dmarc-watches = DMARC は見ているだけです（p=none）。事務所を名乗る偽のメールも届きます。{ $name }: { $record }
    .next = 報告に正しいメールの失敗がなくなったら、p=quarantine または p=reject にしてください。
doctor-dmarc-tries = DMARC は試行中です（t=y）。方針どおりには扱われないことがあります。{ $name }: { $record }
    .next = 報告に正しいメールの失敗がなくなったら、t=y を外してください。
doctor-administrators-told = { $count ->
       *[other] 管理者 { $count } 名にメールで知らせます。
    }
doctor-administrators-none = 有効な管理者がいません。装置の停止やウイルス定義の古さを知らせる相手がいません。
    .next = 誰かに管理者の役割を付けてください: kakitome account roles EMAIL administrator
doctor-administrators-local = このサーバーの外のメールアドレスを持つ管理者がいません。知らせが誰にも届きません。
    .next = アドレスを直してください: kakitome account set EMAIL --email NEW
doctor-log-key-fits = 監査ログは、始まったときと同じ鍵で署名されています。{ $name }
doctor-log-key-replaced = ログの署名の鍵が失われたか、置き換えられています。{ $at } に別の鍵で { $name } が始まりました。
    .next = 監査担当へ、以前の検証鍵とあわせて新しい検証鍵を渡してください：kakitome audit key。鍵のフォルダーはバックアップに含まれないため、別に保管してください。
doctor-log-key-other = 鍵のフォルダーにあるログの署名の鍵は、{ $name } の鍵と違います。失われたか、置き換えられています。
    .next = ゲートウェイを止めて、以前の log.key を戻してください。戻せないときは、ゲートウェイが別のログを始めて知らせます。その検証鍵を監査担当へ渡してください。
doctor-log-none = 監査ログはまだありません。
    .next = ゲートウェイを起動すると、数秒で始まります。
doctor-log-checked = 監査ログは { $at } に { $count } 件を確かめ、改ざんはありませんでした。
doctor-log-checked-late = 監査ログを最後に確かめたのは { $at } です。2日以上たっています。
    .next = 午前3時にゲートウェイが動いているようにするか、いま確かめてください：kakitome audit check
doctor-log-unchecked = 監査ログはまだ確かめられていません。
    .next = 毎日午前3時に確かめます。いま行うには：kakitome audit check
doctor-log-inconsistent = 監査ログ { $name } に { $at } 以降、不整合があります。
    .next = データを書き換えたり、バックアップから戻したりしないでください。どの記録かは kakitome audit check で、比べ方は手引きで分かります。
doctor-log-grows = 記録は増えています。登録を最も長く待っている出来事の待ち時間は { $seconds } です。
doctor-log-stalled = 記録が増えていません。登録を { $seconds } 待っている出来事があります。何も失われていませんが、まだ検証できません。
    .next = プログラムのログ（the log does not grow）で原因を確かめてください。データベースが満杯か、書き込めない場合があります。何も出ていなければ再起動してください。
doctor-log-left = 外へ出た最新の確認値は { $count } 件目までで、{ $at } に出ました。
doctor-log-left-long = 外へ出た最新の確認値は { $at } のものです。それ以降の記録は、書き換えられても分かりません。
    .next = 設定の [audit] で証人または保管先を設けるか、外部の方に監査の役割を付けてください。
doctor-log-never-left = 確認値がまだ一度も外へ出ていません。記録が書き換えられても分かりません。
    .next = メールサーバーが受け取ったメール、証人、保管先が確認値を外へ運びます。docs/COPIES.md をご覧ください。
doctor-log-not-signed = この記録には、まだ署名がありません。
    .next = 起動から1分ほど経ってから、もう一度確かめてください。
doctor-bucket-none = 記録の写しを置く保管先（バケット）がありません。
    .next = 運用者の手の届かないところに写しを置くときは、[audit.bucket] を設定してください。docs/COPIES.md をご覧ください。
doctor-bucket-takes = { $count ->
        [0] 保管先には、順番が来れば写しが置かれます。
       *[other] 保管先に、署名済みの記録がすべてあります。
    }
doctor-bucket-fails = 保管先が { $at } から写しを受け取っていません（{ $why }）。足りない分は後で自動的に送られます。
    .next = [audit.bucket] のアドレス、鍵、権限を確かめてください。詳しくはプログラムのログにあります。
doctor-bucket-unread = 保管先は写しを受け取っていますが、この鍵では読み取れません。保管先にあるものを照合できず、別の記録であっても気付けません。
    .next = 鍵に読み取りの権限を付けるか、保管先の検証を別の方に任せてください。バージョニングとオブジェクトロックを使えば、置かれた確認値はすべて残ります。docs/COPIES.md をご覧ください。
doctor-witnesses-none = 記録に署名する証人がいません。
    .next = 利用できる証人があれば [[audit.witnesses]] を設定してください。docs/COPIES.md をご覧ください。
doctor-witnesses-sign = 証人 { $needed } のうち { $count } が最新の確認値に署名しました。残りは順番に署名します。
doctor-witness-fails = { $name } が { $at } から署名していません（{ $why }）。
    .next = [[audit.witnesses]] のアドレスと鍵を確かめてください。「unknown」のときは、証人の運用者に記録の鍵（kakitome audit key）を知らせてください。
doctor-copy-inconsistent = { $name } にあるものは、この記録の途中までと一致しません（{ $at } から）。どちらかが書き換えられたか、バックアップが戻されました。
    .next = 何も変えずに、保管してある確認値を使って kakitome audit verify で両方を比べてください。docs/COPIES.md をご覧ください。
doctor-copy-behind = 終了した記録 { $log } が、{ $name } に最後まで届いていません。受け取られるようになれば、足りない分は自動的に送られます。
    .next = いつからかは「外部にある写し」のページで分かります。詳しくはプログラムのログにあります。
doctor-log-guarded = 記録に加わった行は、このゲートウェイのデータベース利用者では変更も削除もできません。
doctor-log-unguarded = このゲートウェイのデータベース利用者は、記録に加わった行を変更・削除できます。改ざんは検証で見つかりますが、防げてはいません。
    .next = 表の所有者を分けてください。deploy/postgres-roles.sql を実行し、database.owner_url を設定します。
doctor-log-detected = SQLiteには利用者の区別がありません。記録の改ざんは検証で見つかります。
