# テンプレート

templates-title = テンプレート
templates-lead = 宛先・ひとこと・保管期間を保存しておき、同じ内容の下書きをすぐに作れます。ファイルと受取番号は含みません。ほかの人には見えません。
templates-empty = まだテンプレートがありません。作成中の送付や、送った送付のページで「テンプレートとして保存する」を選ぶと、ここに並びます。
templates-begin = このテンプレートで送付を作る
templates-to = 宛先
templates-nobody = 宛先なし
templates-between = 、
templates-others = { $names }、ほか { $count } 名
templates-message = あり
templates-no-message = なし
templates-rename = 名前を変える
templates-remove = 削除する
templates-remove-means = このテンプレートだけが消えます。作成済みの送付は残ります。
templates-count = { $count } 件（{ $most } 件まで保存できます）
templates-without = テンプレートを使わずに作る
templates-from = テンプレートから作る
template-save = テンプレートとして保存する
template-save-now = 保存する
template-name = テンプレートの名前
template-name-hint = 例：青空商事 月次資料
template-means = 宛先（言語・番号の伝え方・合言葉を含む）、ひとこと、保管期間を保存します。ファイルと受取番号は含みません。
field-template = テンプレートの名前
template-taken = 同じ名前のテンプレートがあります。別の名前にしてください
template-saved = テンプレートを保存しました
template-renamed = テンプレートの名前を変えました
template-removed = テンプレートを削除しました
