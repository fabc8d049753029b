# 受け付け口: 管理、証明書
nav-administration = 管理
sign-in-certificate = ICカードか端末の証明書でサインイン
admin-title = 管理
admin-sign-in = サインインの決まり
admin-office = 事務所の表示（職員の画面）
admin-ready = 稼働の確認
admin-metrics = 計測値
