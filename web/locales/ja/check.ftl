# 宛先の確認：注意と、確認したことのチェック

flag-first-time = 初めての宛先です
flag-look-alike = よく似た送付先があります：{ $detail }
flag-look-alike-here = この送付のほかの宛先（{ $detail }）と、ドメインがよく似ています
flag-scripts = ドメインに紛らわしい文字が含まれています。読み方：{ $detail }
flag-free-mail = フリーメールの宛先です
flag-other-company = ほかの宛先（{ $detail }）と会社が違うようです
flag-bounced = 前回のメールは、この宛先に届きませんでした
check-tick = 相手に確認しました
check-retype = 相手に確認し、ドメインをもう一度入力してください
check-retype-hint = @ より後ろを、相手から聞いたとおりに入力します。
check-unconfirmed = { $name }：相手に確認したうえでチェックしてください
check-unretyped-one = 相手に確認したうえで、ドメインを入力してください。入力したドメインが宛先と一致しません。
check-unretyped = { $name }：相手に確認したうえで、ドメインを入力してください。入力したドメインが宛先と一致しません。
check-changed = { $name }：注意の内容が変わりました。もう一度確認してください
