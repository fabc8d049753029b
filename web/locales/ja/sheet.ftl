## お知らせ票：様式、FAX送付状

sheet-form = お知らせ票の様式
sheet-form-letter = 手紙（窓付き封筒：長形3号）
sheet-form-fax = FAX（送付状を兼ねた1枚）
sheet-form-hint = 選んだ様式で印刷されます。ブラウザーの印刷でも同じです。番号は印刷したときだけ紙に残ります。
sheet-fax = FAX送付状
sheet-fax-to = 宛先
sheet-fax-number = FAX番号
sheet-fax-from = 送信元
sheet-fax-date = 送信日
sheet-fax-pages = 枚数
sheet-fax-one-page = 1枚（この用紙のみ）
sheet-fax-call = お受け取りになりましたら、受信確認のお電話をください。
sheet-fax-confidential = この用紙には宛先の方だけにお伝えする番号が書かれています。受取人以外の方は、番号を使ったり写したりせず、送信元へお電話のうえ、この用紙を破棄してください。
sheet-fax-page-count = { $pages }枚（この送付状を含みます）
